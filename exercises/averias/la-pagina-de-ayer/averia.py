"""La imagen es nueva y la página, la de ayer."""

from muelle.exercises import Stored

DOCKERFILE = 'FROM muelle/base\nCOPY index.html /www/index.html\nCMD ["httpd", "-f", "-h", "/www"]\n'


def _build(workshop, imagen, page):
    workshop.build(imagen, DOCKERFILE, {"index.html": f"{page}\n"})


def break_volume(workshop, nombre, imagen, pagina, volumen):
    _build(workshop, imagen, pagina)
    web = workshop.run(nombre, imagen, volumes=[f"{workshop.volume(volumen)}:/www"])
    workshop.store(web, {"www/index.html": Stored("ayer\n")})


def break_container(workshop, nombre, imagen, pagina):
    _build(workshop, imagen, "ayer")
    workshop.run(nombre, imagen)
    _build(workshop, imagen, pagina)
