nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
guion = ["sh", "-c", "exec /servicio"]
client.containers.run(valores["imagen"], guion, name=nombre, labels={"muelle": "1"}, detach=True)
