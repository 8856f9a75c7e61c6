contenedor = client.containers.create("muelle/base", labels={"muelle": "1"})
for nombre in (valores["uno"], valores["otro"]):
    repositorio, etiqueta = nombre.split(":")
    contenedor.commit(repositorio, etiqueta)
contenedor.remove()
