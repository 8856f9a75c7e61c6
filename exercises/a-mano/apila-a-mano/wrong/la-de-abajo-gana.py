respuesta = {}
for capa in valores["capas"]:
    for marca in [ruta for ruta, texto in capa.items() if texto is None]:
        respuesta = {
            ruta: texto for ruta, texto in respuesta.items() if not f"{ruta}/".startswith(f"{marca}/")
        }
    for ruta, texto in capa.items():
        if texto is not None:
            respuesta.setdefault(ruta, texto)
