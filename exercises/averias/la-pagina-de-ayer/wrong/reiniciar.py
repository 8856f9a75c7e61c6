client.containers.get(valores["nombre"]).restart(timeout=0)
