respuesta = {"formato": ..., "motor": ...}
