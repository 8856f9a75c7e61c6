nombre, maquina = valores["nombre"], valores["maquina"]
memoria, procesos = valores["memoria"], valores["procesos"]

for viejo in client.containers.list(all=True, filters={"name": nombre}):
    viejo.remove(force=True)
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
    pids_limit=procesos,
)
