client.containers.get(valores["nombre"]).remove(force=True)
