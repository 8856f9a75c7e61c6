import muelle

nombre, imagen = valores["nombre"], valores["imagen"]
dockerfile = 'FROM muelle/base\nCOPY index.html /www/index.html\nCMD ["servir"]\n'
muelle.build(dockerfile, {"index.html": valores["pagina"]}, tag=imagen)
client.containers.get(nombre).remove(force=True)
client.containers.run(imagen, name=nombre, labels={"muelle": "1"}, detach=True)
