respuesta = 0
