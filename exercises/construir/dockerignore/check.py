"""Construye con ese `.dockerignore` y mira qué archivos lleva la última capa."""

from muelle.exercises import diagnosis

FILES = ("index.html", "estilo.css", "clave.pem", "notas/borrador.txt", "registro/ayer.log")
WANTED = {"index.html", "estilo.css"}


def check(answer, bench):
    files = {**dict.fromkeys(FILES, "x\n"), ".dockerignore": answer}
    image = bench.build(f"FROM {bench.base}\nCOPY . /app\n", files)
    last = {name.removeprefix("app/") for name in bench.layer_files(image)[-1]}
    inside = {name for name in FILES if name in last}
    extra = sorted(inside - WANTED)
    assert not extra, diagnosis(
        f"en la imagen acaban: {', '.join(extra)}.",
        "que no viaje nada más que la página y su estilo.",
        "una clave que entra en una capa la tiene todo el que descargue la imagen, aunque luego se borre.",
    )
    missing = sorted(WANTED - inside)
    assert not missing, diagnosis(
        f"faltan: {', '.join(missing)}.",
        "que la página y su estilo sí viajen.",
        "un patrón demasiado ancho deja al `COPY` sin lo que necesita, y a veces sin avisar.",
    )
