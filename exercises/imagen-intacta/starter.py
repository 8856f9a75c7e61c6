respuesta = {"palabra": ..., "motd": ..., "imagen": ...}
