respuesta = {}
for capa in valores["capas"]:
    for marca in [ruta for ruta, texto in capa.items() if texto is None]:
        respuesta = {ruta: texto for ruta, texto in respuesta.items() if not ruta.startswith(marca)}
    respuesta.update(capa)
