respuesta = [".." not in linea for linea in valores["lineas"]]
