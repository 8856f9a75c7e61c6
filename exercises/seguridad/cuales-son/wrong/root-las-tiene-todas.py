respuesta = list(valores["nombres"])
