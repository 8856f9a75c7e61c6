respuesta = ...  # un número entero
