respuesta = 12
