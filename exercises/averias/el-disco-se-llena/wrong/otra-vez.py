import muelle

nombre, imagen = valores["nombre"], valores["imagen"]
dockerfile = f'FROM {imagen}\nRUN rm /www/fotos\nCMD ["httpd", "-f", "-h", "/www"]\n'
muelle.build(dockerfile, tag=imagen)
client.containers.get(nombre).remove(force=True)
client.containers.run(imagen, name=nombre, labels={"muelle": "1"}, detach=True)
