respuesta = 5
