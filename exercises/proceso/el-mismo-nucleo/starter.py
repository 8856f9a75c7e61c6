respuesta = {"nucleo": ..., "propio": ...}
