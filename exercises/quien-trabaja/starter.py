respuesta = {"siguen": ..., "crear": ..., "propia": ...}
