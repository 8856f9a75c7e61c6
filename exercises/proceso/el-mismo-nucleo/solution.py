salida = client.containers.run("muelle/base", ["uname", "-r"], remove=True, labels={"muelle": "1"})
nucleo = salida.decode().strip()
respuesta = {"nucleo": nucleo, "propio": nucleo != client.info()["KernelVersion"]}
