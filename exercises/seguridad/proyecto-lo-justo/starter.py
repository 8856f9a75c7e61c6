nombre, puerto = valores["nombre"], valores["puerto"]
etiqueta = {"muelle": "1"}
