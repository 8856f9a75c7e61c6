"""El guion espera algo que no se le da, y el motor lo intenta sin parar."""

GUION = "{need} && exec httpd -f -h /www"


def _run(workshop, nombre, need, **options):
    policy = {"Name": "always"}
    command = ["sh", "-c", GUION.format(need=need)]
    workshop.run(nombre, workshop.base, command, restart_policy=policy, **options)


def break_variable(workshop, nombre, clave):
    _run(workshop, nombre, f'echo "clave: ${{{clave}:?falta}}"')


def break_value(workshop, nombre, clave):
    _run(workshop, nombre, f'[ -d "${clave}" ] || ls "${clave}"', environment={clave: "/wwww"})
