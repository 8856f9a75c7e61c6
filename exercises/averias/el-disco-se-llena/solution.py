nombre, imagen = valores["nombre"], valores["imagen"]
suyo = {"label": f"muelle.web={nombre}"}
for contenedor in client.containers.list(all=True, filters={**suyo, "status": "exited"}):
    contenedor.remove()
ahora = client.images.get(imagen).id
for vieja in client.images.list(filters=suyo):
    if vieja.id != ahora:
        client.images.remove(vieja.id)
