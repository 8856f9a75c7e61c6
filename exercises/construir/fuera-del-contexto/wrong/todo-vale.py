respuesta = [True, True, True]
