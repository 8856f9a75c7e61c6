origen, copia = valores["origen"], valores["copia"]
imagen, palabra = valores["imagen"], valores["palabra"]
for nombre in (origen, copia):
    for viejo in client.containers.list(all=True, filters={"name": nombre}):
        viejo.remove(force=True)
if client.images.list(imagen):
    client.images.remove(imagen, force=True)
orden = ["sh", "-c", f"echo {palabra} > /rescate.txt"]
contenedor = client.containers.run("muelle/base", orden, name=origen, labels={"muelle": "1"}, detach=True)
contenedor.wait()
repositorio, etiqueta = imagen.split(":")
contenedor.commit(repositorio, etiqueta)
contenedor.remove()
client.containers.create(imagen, ["true"], name=copia, labels={"muelle": "1"})
