imagen = client.images.get("muelle/base")
sanas = [fila for fila in imagen.history() if "missing" not in fila["Id"]]
respuesta = {"filas": len(sanas) or -1, "capas": len(imagen.attrs["RootFS"]["Layers"])}
