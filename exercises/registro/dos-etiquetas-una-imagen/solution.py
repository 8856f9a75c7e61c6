original = client.images.get("muelle/base")
for nombre in (valores["uno"], valores["otro"]):
    repositorio, etiqueta = nombre.split(":")
    original.tag(repositorio, etiqueta)
