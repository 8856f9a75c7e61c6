respuesta = 200
