respuesta = {"palabra": False, "motd": False, "imagen": False}
