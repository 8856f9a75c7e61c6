puerto, nombre = valores["puerto"], valores["nombre"]
client.containers.run(
    "muelle/base",
    ["servir", str(puerto)],
    name=nombre,
    detach=True,
    labels={"muelle": "1"},
    cap_drop=["ALL"],
    security_opt=["no-new-privileges"],
    read_only=True,
    tmpfs={"/trabajo": ""},
)
