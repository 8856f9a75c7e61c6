respuesta = {"capa": ..., "volumen": ..., "anonimo": ..., "memoria": ...}
