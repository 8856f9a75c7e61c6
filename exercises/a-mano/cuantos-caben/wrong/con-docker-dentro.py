respuesta = valores["tope"] - 2
