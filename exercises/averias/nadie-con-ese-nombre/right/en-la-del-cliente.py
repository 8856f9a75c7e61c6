red = client.networks.get(f"{valores['red']}-2")
red.connect(valores["servidor"])
