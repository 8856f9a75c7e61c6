sigue = valores["accion"].startswith("parar")
respuesta = {"capa": sigue, "volumen": False, "anonimo": sigue, "memoria": False}
