import muelle

nombre, imagen = valores["nombre"], valores["imagen"]
client.containers.get(nombre).remove(force=True)
muelle.build(f'FROM {imagen}\nSTOPSIGNAL SIGTERM\nCMD ["/servicio"]\n', tag=f"{imagen}-2")
client.containers.run(f"{imagen}-2", name=nombre, detach=True)
