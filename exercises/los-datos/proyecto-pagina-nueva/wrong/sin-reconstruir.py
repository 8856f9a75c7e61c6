import muelle

nombre, volumen = valores["nombre"], valores["volumen"]
imagen, subida = valores["imagen"], valores["subida"]
client.volumes.create(volumen, labels={"muelle": "1"})
dockerfile = "FROM muelle/base\nRUN mkdir /www/subidas && echo primera > /www/index.html\n"
muelle.build(dockerfile, tag=imagen)
opciones = {"name": nombre, "detach": True, "labels": {"muelle": "1"}, "volumes": [f"{volumen}:/www/subidas"]}
contenedor = client.containers.run(imagen, ["sleep", "600"], **opciones)
contenedor.exec_run(["sh", "-c", f"echo {subida} > /www/subidas/foto.txt"])
contenedor.restart(timeout=0)
