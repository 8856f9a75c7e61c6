respuesta = {"palabra": False, "motd": True, "imagen": False}
