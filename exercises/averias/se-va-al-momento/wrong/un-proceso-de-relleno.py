nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
guion = "httpd -h /www; tail -f /dev/null"
client.containers.run("muelle/base", ["sh", "-c", guion], name=nombre, labels={"muelle": "1"}, detach=True)
