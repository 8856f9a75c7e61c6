respuesta = ...  # 1, 2 o 3
