respuesta = "datos/" + valores["archivo"] + ".borrado"
