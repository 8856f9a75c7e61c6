nombre, imagen = valores["nombre"], valores["imagen"]
ahora = client.images.get(imagen).id
for vieja in client.images.list(filters={"label": f"muelle.web={nombre}", "dangling": True}):
    suya = {"ancestor": vieja.id.removeprefix("sha256:")}
    for contenedor in client.containers.list(all=True, filters=suya):
        contenedor.remove(force=True)
    client.api.remove_image(vieja.id)
