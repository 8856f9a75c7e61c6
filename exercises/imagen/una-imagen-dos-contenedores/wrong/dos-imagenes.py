import io

a, b = valores["nombre_a"], valores["nombre_b"]
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
dockerfile = io.BytesIO(b"FROM muelle/base\nLABEL para=el-segundo")
otra, _ = client.images.build(fileobj=dockerfile, labels={"muelle": "1"}, rm=True)
client.containers.run("muelle/base", name=a, detach=True, **opciones)
client.containers.create(otra.id, name=b, **opciones)
