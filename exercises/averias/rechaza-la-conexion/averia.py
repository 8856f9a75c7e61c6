"""El servidor escucha donde el cliente no llama."""


def _serve(workshop, where, servidor, cliente, red):
    network = workshop.network(red)
    command = ["httpd", "-f", "-h", "/www", "-p", where]
    workshop.run(servidor, workshop.base, command, network=network)
    workshop.run(cliente, workshop.base, ["sleep", "86400"], network=network)


def break_inside(workshop, servidor, cliente, red, puerto):
    _serve(workshop, f"127.0.0.1:{puerto}", servidor, cliente, red)


def break_port(workshop, servidor, cliente, red, puerto):
    _serve(workshop, str(puerto + 1), servidor, cliente, red)
