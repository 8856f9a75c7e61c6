respuesta = "/datos/" + valores["archivo"]
