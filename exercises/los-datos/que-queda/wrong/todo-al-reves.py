sigue = valores["accion"].startswith("eliminar")
respuesta = {"capa": sigue, "volumen": True, "anonimo": not sigue, "memoria": False}
