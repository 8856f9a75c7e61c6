import muelle

viejo = client.containers.get(valores["nombre"])
orden = viejo.attrs["Config"]["Cmd"]
viejo.remove(force=True)
imagen = f"muelle/{valores['nombre'].removeprefix('muelle-')}"
muelle.build(f"FROM muelle/base\nENV {valores['clave']}=/www\n", tag=imagen)
nuevo = client.containers.run(imagen, orden, name=valores["nombre"], detach=True)
nuevo.update(restart_policy={"Name": "unless-stopped"})
