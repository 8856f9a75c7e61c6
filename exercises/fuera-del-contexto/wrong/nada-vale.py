respuesta = [False, False, False]
