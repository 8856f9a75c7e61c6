import muelle

nombre, imagen = valores["nombre"], valores["imagen"]
muelle.build(f'FROM {imagen}\nCMD ["sh", "/bin/servicio"]\n', tag=imagen)
client.containers.get(nombre).remove(force=True)
client.containers.run(imagen, name=nombre, labels={"muelle": "1"}, detach=True)
