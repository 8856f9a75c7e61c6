capas = valores["capas"]
respuesta = ...  # un diccionario
