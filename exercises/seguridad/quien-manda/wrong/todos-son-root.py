respuesta = dict.fromkeys(valores["ordenes"], True)
