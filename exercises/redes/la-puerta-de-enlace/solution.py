salida = client.containers.run("muelle/base", ["ip", "route"], remove=True, labels={"muelle": "1"})
respuesta = salida.decode().split("default via ")[1].split()[0]
