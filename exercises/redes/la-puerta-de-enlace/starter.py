respuesta = ...  # una dirección, entre comillas
