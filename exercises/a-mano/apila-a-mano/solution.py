respuesta = {}
for capa in valores["capas"]:
    marcas = [ruta for ruta, texto in capa.items() if texto is None]
    for marca in marcas:
        for ruta in [cada for cada in respuesta if f"{cada}/".startswith(f"{marca}/")]:
            del respuesta[ruta]
    respuesta.update({ruta: texto for ruta, texto in capa.items() if texto is not None})
