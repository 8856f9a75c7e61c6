bits = f"{int(valores['mascara'], 16):064b}"
respuesta = [nombre for bit, nombre in zip(bits, valores["nombres"], strict=False) if bit == "1"]
