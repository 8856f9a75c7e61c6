respuesta = valores["tope"] - 1
