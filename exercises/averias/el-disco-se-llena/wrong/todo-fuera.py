suyo = {"label": f"muelle.web={valores['nombre']}"}
for contenedor in client.containers.list(all=True, filters=suyo):
    contenedor.remove(force=True)
for imagen in client.images.list(filters=suyo):
    client.images.remove(imagen.id, force=True)
