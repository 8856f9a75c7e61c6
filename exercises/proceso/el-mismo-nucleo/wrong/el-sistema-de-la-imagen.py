salida = client.containers.run("muelle/base", ["cat", "/etc/os-release"], remove=True, labels={"muelle": "1"})
respuesta = {"nucleo": salida.decode().splitlines()[0], "propio": False}
