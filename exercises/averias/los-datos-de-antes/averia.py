"""El contenedor nuevo monta otro volumen; el de antes no lo monta nadie."""

from muelle.exercises import Stored


def _fill(workshop, nombre, volume, apuntes):
    old = workshop.run(nombre, workshop.base, ["sleep", "86400"], volumes=[f"{volume}:/datos"])
    workshop.store(old, {"datos/apuntes.txt": Stored(f"{apuntes}\n")})
    old.kill()
    old.remove()


def break_nameless(workshop, nombre, apuntes):
    labels = workshop.labels
    volume = workshop.client.volumes.create(labels=labels).name
    _fill(workshop, nombre, volume, apuntes)
    other = workshop.client.volumes.create(labels=labels).name
    workshop.run(nombre, workshop.base, ["sleep", "86400"], volumes=[f"{other}:/datos"])


def break_misspelt(workshop, nombre, apuntes):
    _fill(workshop, nombre, workshop.volume(f"{nombre}-datos"), apuntes)
    other = workshop.volume(f"{nombre}-dato")
    workshop.run(nombre, workshop.base, ["sleep", "86400"], volumes=[f"{other}:/datos"])
