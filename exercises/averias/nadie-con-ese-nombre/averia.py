"""Los dos están en marcha, y no comparten ninguna red con nombres."""


def _run(workshop, servidor, cliente, one, other):
    workshop.run(servidor, workshop.base, ["servir"], **one)
    workshop.run(cliente, workshop.base, ["sleep", "86400"], **other)


def break_apart(workshop, servidor, cliente, red):
    one, other = workshop.network(red), workshop.network(f"{red}-2")
    _run(workshop, servidor, cliente, {"network": one}, {"network": other})


def break_default(workshop, servidor, cliente, red):
    workshop.network(red)
    _run(workshop, servidor, cliente, {}, {"network": red})
