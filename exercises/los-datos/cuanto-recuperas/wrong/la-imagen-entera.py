imagenes, tamanos = valores["imagenes"], valores["bytes"]
respuesta = sum(tamanos[capa] for capa in imagenes[valores["borras"]])
