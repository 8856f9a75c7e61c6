respuesta = {"siguen": True, "crear": True, "propia": True}
