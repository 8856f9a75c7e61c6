bits = f"{int(valores['mascara'], 16):064b}"
respuesta = [nombre for bit, nombre in zip(bits, valores["nombres"]) if bit == "1"]
