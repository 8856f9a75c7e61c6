respuesta = {}
for capa in valores["capas"]:
    respuesta.update(capa)
