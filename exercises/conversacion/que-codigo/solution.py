situacion = valores["situacion"]
if "no existe" in situacion:
    respuesta = 404
elif "ya está en uso" in situacion:
    respuesta = 409
else:
    respuesta = 304
