client.containers.get(valores["cliente"]).remove(force=True)
