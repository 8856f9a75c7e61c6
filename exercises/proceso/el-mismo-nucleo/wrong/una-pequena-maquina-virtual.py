salida = client.containers.run("muelle/base", ["uname", "-r"], remove=True, labels={"muelle": "1"})
respuesta = {"nucleo": salida.decode().strip(), "propio": True}
