respuesta = 1
