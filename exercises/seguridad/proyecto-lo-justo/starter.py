puerto, nombre = valores["puerto"], valores["nombre"]
etiqueta = {"muelle": "1"}
