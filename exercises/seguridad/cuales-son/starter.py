mascara, nombres = valores["mascara"], valores["nombres"]
respuesta = ...  # una lista
