"""La señal de parar no le llega a quien sabe atenderla."""

SERVICE = """#!/bin/sh
trap 'echo adiós; exit 0' TERM
echo empieza
while :; do sleep 1 & wait $!; done
"""


def _build(workshop, imagen, more=""):
    workshop.build(imagen, f"FROM {workshop.base}\nCOPY servicio /servicio\n{more}", {"servicio": SERVICE})


def break_shell(workshop, nombre, imagen):
    _build(workshop, imagen)
    workshop.run(nombre, imagen, ["sh", "-c", "/servicio; true"])


def break_signal(workshop, nombre, imagen):
    _build(workshop, imagen, "STOPSIGNAL SIGWINCH\n")
    workshop.run(nombre, imagen, ["/servicio"])
