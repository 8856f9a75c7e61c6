red = client.networks.get(valores["red"])
for nombre in (valores["servidor"], valores["cliente"]):
    contenedor = client.containers.get(nombre)
    if valores["red"] not in contenedor.attrs["NetworkSettings"]["Networks"]:
        red.connect(contenedor)
