puerto, nombre = valores["puerto"], valores["nombre"]
sello = "no-new-privileges"

for viejo in client.containers.list(all=True, filters={"name": nombre}):
    viejo.remove(force=True)
client.containers.run(
    "muelle/base",
    ["servir", str(puerto)],
    name=nombre,
    detach=True,
    labels={"muelle": "1"},
    user="1000",
    cap_drop=["ALL"],
    security_opt=[sello],
    read_only=True,
    tmpfs={"/trabajo": ""},
)
