respuesta = ".wh." + valores["archivo"]
