import muelle

nombre, puerto = valores["servidor"], valores["puerto"]
imagen = f"muelle/{nombre}"
orden = f'["httpd", "-f", "-h", "/www", "-p", "{puerto}"]'
muelle.build(f"FROM muelle/base\nENTRYPOINT {orden}\n", tag=imagen)
client.containers.get(nombre).remove(force=True)
client.containers.run(imagen, name=nombre, network=valores["red"], detach=True)
