from docker.errors import APIError

for vieja in client.images.list(filters={"label": f"muelle.web={valores['nombre']}", "dangling": True}):
    try:
        client.images.remove(vieja.id)
    except APIError as error:
        print(error.explanation)
