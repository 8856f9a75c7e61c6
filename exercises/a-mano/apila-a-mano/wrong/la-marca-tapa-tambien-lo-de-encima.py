todo = {}
for capa in valores["capas"]:
    todo.update(capa)
marcas = [ruta for ruta, texto in todo.items() if texto is None]
respuesta = {
    ruta: texto
    for ruta, texto in todo.items()
    if not any(f"{ruta}/".startswith(f"{marca}/") for marca in marcas)
}
