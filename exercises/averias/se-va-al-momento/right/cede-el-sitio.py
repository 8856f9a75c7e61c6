nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
guion = "echo empieza; exec httpd -f -h /www"
client.containers.run("muelle/base", ["sh", "-c", guion], name=nombre, labels={"muelle": "1"}, detach=True)
