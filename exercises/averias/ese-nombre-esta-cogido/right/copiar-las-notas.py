nombre = valores["nombre"]
viejo = client.containers.get(nombre)
trozos, _ = viejo.get_archive("/notas.txt")
notas = b"".join(trozos)
viejo.remove()
nuevo = client.containers.run(valores["imagen"], name=nombre, labels={"muelle": "1"}, detach=True)
nuevo.put_archive("/", notas)
