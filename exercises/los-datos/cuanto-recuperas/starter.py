imagenes, tamanos = valores["imagenes"], valores["bytes"]
respuesta = ...  # un número de bytes
