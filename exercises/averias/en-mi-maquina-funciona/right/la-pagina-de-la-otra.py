import muelle

nombre, imagen = valores["nombre"], valores["imagen"]
copia = "COPY --from=otra /www /www"
muelle.build(f'FROM {imagen} AS otra\nFROM muelle/base\n{copia}\nCMD ["servir"]\n', tag=imagen)
client.containers.get(nombre).rename(f"{nombre}-de-otra")
client.containers.run(imagen, name=nombre, labels={"muelle": "1"}, detach=True)
