respuesta = {"palabra": True, "motd": True, "imagen": False}
