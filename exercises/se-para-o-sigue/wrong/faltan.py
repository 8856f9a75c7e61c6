respuesta = [False]
