"""Por qué se permite cada cosa, y con qué cuidado: lo lee quien da el curso (`table.markdown`)."""

from __future__ import annotations

ASK = (
    "Preguntar por el motor",
    "No cambia nada. De `info` se callan los servidores intermedios, los registros y las LABEL.",
)
EVENTS = ("Seguir los eventos del motor", "Solo los de lo que lleva su LABEL.")
LIST = (
    "Listar contenedores, imágenes, redes y volúmenes, y lo que ocupan",
    "Solo aparecen los suyos, la imagen base del curso y las redes que trae el motor, "
    "sin lo que otros tengan en ellas.",
)
BOX = (
    "Usar un contenedor suyo: arrancarlo, pararlo, mirarlo, sacar o meter archivos, borrarlo",
    "El nombre se pregunta una vez al motor, y lo que se envía es el Id entero; de otro, se niega.",
)
TALK = (
    "Hablar con lo que se ejecuta dentro de un contenedor suyo (`attach`, `exec`)",
    "El canal se abre sobre un Id ya resuelto, y sin privilegios.",
)
MAKE = (
    "Crear un contenedor",
    "De una imagen suya o de la base, con la LABEL puesta. Sin carpetas de la máquina, dispositivos, "
    "privilegios, capacidades ni espacios de nombres de fuera; los puertos que elija, solo en 127.0.0.1.",
)
BUILD = (
    "Construir una imagen",
    "Se lee el contexto y se escribe otro; en su Dockerfile cada imagen va por su Id. Nada se baja: "
    "ni FROM, ni COPY --from, ni ADD de una dirección, ni contextos remotos.",
)
COPY = (
    "Hacer una imagen de un contenedor suyo (`commit`) o de un tar",
    "El contenedor es suyo y el tar va en la petición; "
    "los cambios se leen y se escriben de nuevo, sin ONBUILD.",
)
IMAGE = (
    "Leer, nombrar y borrar imágenes",
    "Leer, las suyas y la base del curso; cambiar o borrar, las suyas. Ningún nombre se quita a otro.",
)
TRAVEL = (
    "Subir una imagen y traerla",
    "Solo a un registro que sea un contenedor suyo, y de él. Con tu motor, solo lo hace la comprobación.",
)
NET = (
    "Crear, usar y borrar redes",
    "Solo «bridge», y con la subred que elija el motor: una elegida podría tapar una red de la máquina.",
)
VOLUME = (
    "Crear, usar y borrar volúmenes",
    "Solo locales y sin opciones: con ellas se puede montar cualquier carpeta.",
)
