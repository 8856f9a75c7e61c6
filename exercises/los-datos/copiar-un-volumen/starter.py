origen, copia = valores["origen"], valores["copia"]
palabra, usuario = valores["palabra"], valores["usuario"]
