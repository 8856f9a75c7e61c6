nombre, codigo = valores["nombre"], valores["codigo"]
respuesta = ...  # una lista de textos
