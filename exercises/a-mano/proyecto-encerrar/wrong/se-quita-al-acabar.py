nombre, maquina = valores["nombre"], valores["maquina"]
memoria, procesos = valores["memoria"], valores["procesos"]

opciones = {"hostname": maquina, "network_mode": "none", "labels": {"muelle": "1"}}
client.containers.run("muelle/base", ["hostname"], name=nombre, remove=True, **opciones)
