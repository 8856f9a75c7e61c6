base = len(client.images.get("muelle/base").attrs["RootFS"]["Layers"])
respuesta = base + valores["primera"] + valores["segunda"]
