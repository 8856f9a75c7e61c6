imagen = client.images.get("muelle/base")
respuesta = {"filas": len(imagen.history()), "capas": len(imagen.attrs["RootFS"]["Layers"])}
