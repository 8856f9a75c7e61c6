imagenes, tamanos = valores["imagenes"], valores["bytes"]
otras = {capa for nombre, capas in imagenes.items() if nombre != valores["borras"] for capa in capas}
respuesta = sum(tamanos[capa] for capa in imagenes[valores["borras"]] if capa not in otras)
