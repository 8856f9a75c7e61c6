"""El nombre lo tiene uno que no está en marcha, y que guarda algo."""

from muelle.exercises import Stored


def _prepare(workshop, nombre, imagen, notas):
    workshop.build(imagen, f'FROM {workshop.base}\nCMD ["servir"]\n')
    old = workshop.create(nombre, workshop.base, ["true"])
    workshop.store(old, {"notas.txt": Stored(f"{notas}\n")})
    return old


def break_created(workshop, nombre, imagen, notas):
    _prepare(workshop, nombre, imagen, notas)


def break_exited(workshop, nombre, imagen, notas):
    old = _prepare(workshop, nombre, imagen, notas)
    old.start()
    old.wait()
