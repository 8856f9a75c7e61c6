numero = int(valores["mascara"], 16)
respuesta = [nombre for bit, nombre in enumerate(valores["nombres"], 1) if numero >> bit & 1]
