respuesta = "datos/.wh." + valores["archivo"]
