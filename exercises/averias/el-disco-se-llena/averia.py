"""De cada reconstrucción queda la versión anterior, sin nombre; según cuál, algo la sujeta."""

OLD = 3
DOCKERFILE = 'FROM muelle/base\nCOPY fotos /www/fotos\nCMD ["httpd", "-f", "-h", "/www"]\n'


def _versions(workshop, nombre, imagen):
    """Construye las viejas y la de ahora, siempre con el mismo nombre; da el Id de las viejas."""
    files = [{"fotos": f"{nombre}, versión {number}\n" * 20_000} for number in range(OLD + 1)]
    made = [workshop.build(imagen, f"{DOCKERFILE}LABEL muelle.web={nombre}\n", each) for each in files]
    workshop.run(nombre, imagen)
    return made[:OLD]


def break_nameless(workshop, nombre, imagen):
    _versions(workshop, nombre, imagen)


def break_held(workshop, nombre, imagen):
    for number, old in enumerate(_versions(workshop, nombre, imagen)):
        workshop.run(f"{nombre}-prueba-{number}", old, ["true"]).wait()
