origen, copia = valores["origen"], valores["copia"]
imagen, palabra = valores["imagen"], valores["palabra"]
