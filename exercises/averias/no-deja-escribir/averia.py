"""La carpeta de los datos no es de quien escribe en ella."""

from muelle.exercises import Stored


def _run(workshop, nombre, volumen, usuario, pedido, owner):
    options = {"user": str(usuario), "volumes": [f"{workshop.volume(volumen)}:/datos"]}
    app = workshop.run(nombre, workshop.base, ["sleep", "86400"], **options)
    things = {"datos": Stored(None, owner, 0o755), "datos/pedidos.txt": Stored(f"{pedido}\n", owner)}
    workshop.store(app, things)


def break_root(workshop, nombre, volumen, usuario, pedido):
    _run(workshop, nombre, volumen, usuario, pedido, 0)


def break_someone(workshop, nombre, volumen, usuario, pedido):
    _run(workshop, nombre, volumen, usuario, pedido, usuario + 1)
