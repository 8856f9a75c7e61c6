mensaje = valores["mensaje"]
respuesta = "apagado" if "permission denied" in mensaje else "permiso"
