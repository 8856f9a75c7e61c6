import muelle

nombre, puerto = valores["nombre"], valores["puerto"]
imagen = f"muelle/{nombre.removeprefix('muelle-')}"
muelle.build(f"FROM muelle/base\nEXPOSE {puerto}\n", tag=imagen)
client.containers.get(nombre).remove(force=True)
client.containers.run(imagen, ["servir", str(puerto)], name=nombre, detach=True)
