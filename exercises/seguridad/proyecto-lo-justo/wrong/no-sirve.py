puerto, nombre = valores["puerto"], valores["nombre"]
client.containers.run(
    "muelle/base",
    ["sleep", "600"],
    name=nombre,
    detach=True,
    labels={"muelle": "1"},
    user="1000",
    cap_drop=["ALL"],
    security_opt=["no-new-privileges"],
    read_only=True,
    tmpfs={"/trabajo": ""},
)
