respuesta = ...  # un número de tres cifras
