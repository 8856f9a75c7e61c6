import muelle

servidor, cliente, red = valores["servidor"], valores["cliente"], valores["red"]
muelle.build('FROM muelle/base\nEXPOSE 80\nCMD ["servir"]\n', tag="muelle/expuesta")
client.networks.create(red, driver="bridge", labels={"muelle": "1"})
opciones = {"network": red, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/expuesta", name=servidor, publish_all_ports=True, **opciones)
client.containers.run("muelle/base", ["sleep", "600"], name=cliente, **opciones)
