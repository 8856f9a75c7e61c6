respuesta = {"palabra": False, "motd": True, "imagen": True}
