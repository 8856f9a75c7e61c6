mensaje = valores["mensaje"]
if "permission denied" in mensaje:
    respuesta = "permiso"
elif "too old" in mensaje:
    respuesta = "version"
else:
    respuesta = "apagado"
