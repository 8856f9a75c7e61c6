nombre, nuevo = valores["nombre"], valores["nuevo"]
