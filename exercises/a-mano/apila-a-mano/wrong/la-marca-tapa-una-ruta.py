respuesta = {}
for capa in valores["capas"]:
    for ruta, texto in capa.items():
        if texto is None:
            respuesta.pop(ruta, None)
        else:
            respuesta[ruta] = texto
