imagenes, tamanos = valores["imagenes"], valores["bytes"]
respuesta = tamanos[imagenes[valores["borras"]][-1]]
