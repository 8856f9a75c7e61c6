sigue = valores["accion"].startswith("parar")
respuesta = {"capa": sigue, "volumen": True, "anonimo": sigue, "memoria": False}
