nombre, maquina = valores["nombre"], valores["maquina"]
memoria, procesos = valores["memoria"], valores["procesos"]
client.containers.run(
    "muelle/base",
    ["servir"],
    name=nombre,
    detach=True,
    labels={"muelle": "1"},
    hostname=maquina,
    network_mode="none",
    mem_limit=memoria,
    memswap_limit=memoria,
)
