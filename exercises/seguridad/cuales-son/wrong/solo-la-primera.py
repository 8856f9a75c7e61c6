numero = int(valores["mascara"], 16)
respuesta = [valores["nombres"][0]] if numero & 1 else []
