respuesta = ...  # un número
