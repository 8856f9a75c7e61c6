origen, copia = valores["origen"], valores["copia"]
palabra, usuario = valores["palabra"], valores["usuario"]
for nombre in (origen, copia):
    client.volumes.create(nombre, labels={"muelle": "1"})
montados = {origen: {"bind": "/de", "mode": "rw"}, copia: {"bind": "/a", "mode": "rw"}}
guion = f"echo {palabra} > /de/libro.txt; chown {usuario} /de/libro.txt; cp -a /de/. /a/"
client.containers.run(
    "muelle/base", ["sh", "-c", guion], volumes=montados, labels={"muelle": "1"}, remove=True
)
