respuesta = client.networks.get("bridge").attrs["IPAM"]["Config"][0]["Subnet"]
