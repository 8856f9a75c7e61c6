respuesta = [True, True, True, True]
