nombre, imagen = valores["nombre"], valores["imagen"]
ahora = client.images.get(imagen).id
for vieja in client.images.list(filters={"label": f"muelle.web={nombre}", "dangling": True}):
    for contenedor in client.containers.list(all=True, filters={"ancestor": vieja.id}):
        contenedor.remove(force=True)
    client.api.remove_image(vieja.id)
