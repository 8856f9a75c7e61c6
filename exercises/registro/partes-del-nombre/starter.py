respuesta = {"registro": ..., "repositorio": ...}
