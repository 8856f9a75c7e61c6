mensaje = valores["mensaje"]
if "permission denied" in mensaje:
    respuesta = "permiso"
elif "too new" in mensaje:
    respuesta = "version"
else:
    respuesta = "apagado"
