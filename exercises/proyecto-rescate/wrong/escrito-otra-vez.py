orden = ["sh", "-c", f"echo {valores['palabra']} > /rescate.txt"]
client.containers.run("muelle/base", orden, name=valores["copia"], labels={"muelle": "1"}, detach=True).wait()
