repositorio, etiqueta = valores["uno"].split(":")
client.images.get("muelle/base").tag(repositorio, etiqueta)
