"""El servidor se va al segundo plano y su PID 1 termina."""


def break_background(workshop, nombre):
    workshop.run(nombre, workshop.base, ["httpd", "-h", "/www"])


def break_ampersand(workshop, nombre):
    workshop.run(nombre, workshop.base, ["sh", "-c", "servir & true"])
