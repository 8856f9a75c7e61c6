salida = client.containers.run("muelle/base", ["hostname", "-i"], remove=True, labels={"muelle": "1"})
respuesta = salida.decode().strip()
