origen, copia = valores["origen"], valores["copia"]
palabra, usuario = valores["palabra"], valores["usuario"]
for nombre in (origen, copia):
    client.volumes.create(nombre, labels={"muelle": "1"})
guion = f"echo {palabra} > /de/libro.txt; chown {usuario} /de/libro.txt; mv /de/libro.txt /a/"
client.containers.run(
    "muelle/base",
    ["sh", "-c", guion],
    volumes=[f"{origen}:/de", f"{copia}:/a"],
    labels={"muelle": "1"},
    remove=True,
)
