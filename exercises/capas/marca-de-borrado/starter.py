respuesta = ...  # una ruta, como texto
