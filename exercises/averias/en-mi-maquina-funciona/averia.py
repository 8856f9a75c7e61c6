"""El núcleo no sabe ejecutar el servicio: o es de otra plataforma, o no dice con qué se lee."""

from contextlib import suppress

from muelle.base.pack import parts

COPY = 'COPY index.html /www/index.html\nCOPY servicio /bin/servicio\n{more}CMD ["servicio"]\n'
SERVICE = "#!/bin/sh\nexec httpd -f -h /www\n"


def _fail(workshop, nombre, imagen):
    """Arranca lo que no se puede ejecutar y espera a que acabe; si se emula, no acaba."""
    with suppress(OSError):  # lo que lanza requests al vencer el plazo
        workshop.run(nombre, imagen).wait(timeout=10)


def _build(workshop, imagen, pagina, first, service, *, more="", platform="", **files):
    files = {"index.html": f"{pagina}\n", "servicio": service, **files}
    workshop.build(imagen, f"{first}\n{COPY.format(more=more)}", files, platform)


def break_platform(workshop, nombre, imagen, pagina):
    here = workshop.client.api.inspect_image(workshop.base)["Architecture"]
    other = "amd64" if here == "arm64" else "arm64"
    _, (system, *_) = parts(other)
    first, files = "FROM scratch\nADD sistema.tar /", {"sistema.tar": system}
    _build(workshop, imagen, pagina, first, SERVICE, platform=f"linux/{other}", **files)
    _fail(workshop, nombre, imagen)


def break_script(workshop, nombre, imagen, pagina):
    service = f"# {nombre}: sirve su página\n{SERVICE}"
    _build(workshop, imagen, pagina, f"FROM {workshop.base}", service, more="RUN chmod 755 /bin/servicio\n")
    _fail(workshop, nombre, imagen)
