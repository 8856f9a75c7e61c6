servidor = client.containers.get(valores["servidor"])
redes = servidor.attrs["NetworkSettings"]["Networks"].values()
linea = f"{next(iter(redes))['IPAddress']} {valores['servidor']}"
cliente = client.containers.get(valores["cliente"])
cliente.exec_run(["sh", "-c", f"echo {linea} >> /etc/hosts"])
