origen, copia = valores["origen"], valores["copia"]
palabra, usuario = valores["palabra"], valores["usuario"]
client.volumes.create(origen, labels={"muelle": "1"})
guion = f"echo {palabra} > /de/libro.txt; chown {usuario} /de/libro.txt"
client.containers.run(
    "muelle/base", ["sh", "-c", guion], volumes=[f"{origen}:/de"], labels={"muelle": "1"}, remove=True
)
