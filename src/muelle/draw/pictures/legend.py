"""La leyenda: una sola para todos los diagramas del curso."""

from __future__ import annotations

from itertools import pairwise

from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.sketch import BODY, CODE, SMALL, WIDTH, Sketch

# (papel, nombre, qué es, si el borde es discontinuo)
_BOXES = (
    ("anfitrion", "Recuadro", "una máquina, una imagen o un contenedor: lo que contiene a otros", False),
    ("cliente", "Cliente", "el programa que pide", False),
    ("api", "API REST", "por donde se entienden cliente y demonio", False),
    (
        "demonio",
        "Demonio",
        "el programa que hace el trabajo; en una construcción, un paso de la caché",
        False,
    ),
    ("motor", "Debajo del demonio", "containerd, runc y compañía", False),
    ("capa", "Capa", "de solo lectura, con la instrucción que la creó y su tamaño a escala", False),
    ("capa-base", "Capa de la base", "también de solo lectura: viene de FROM o la comparten varias", False),
    ("capa-vacia", "Capa vacía", "existe, pero no cambia ningún archivo", True),
    ("metadatos", "Metadatos", "una instrucción que no crea capa, o filas plegadas (…)", True),
    ("escritura", "Capa de escritura", "la única que un contenedor cambia; o un paso ejecutado", False),
    ("volumen", "Volumen", "archivos fuera de las capas: no son de ningún contenedor", False),
    ("proceso", "Proceso", "lo que se ejecuta dentro del contenedor", False),
    (
        "red",
        "Red",
        "a la que se enchufan; los puntos con ✗ unen a quienes no comparten ninguna",
        False,
    ),
    (
        "anillo",
        "Anillo",
        "lo que encierra a un proceso; si el borde es discontinuo, solo a medias",
        False,
    ),
)
_MARKS = (
    ("anadido", "+ añade", "una ruta que no existía"),
    ("cambiado", "~ cambia", "una ruta que existía debajo"),
    ("borrado", "− borra", "una ruta de debajo (.wh.nombre)"),
    ("opaco", "∅ vacía", "una carpeta de debajo (.wh..wh..opq)"),
    ("suave", "→ y =", "enlace simbólico y enlace duro"),
)


def legend() -> Diagram:
    """Dibuja qué significa cada caja, cada borde y cada signo de los diagramas."""
    drawing = Sketch(gap=5)
    names = []
    for role, name, meaning, dashed in _BOXES:
        body = sketch.rows(name, BODY, bold=True) + sketch.rows(meaning, SMALL, "suave")
        names.append(drawing.node(role, sketch.table(body, WIDTH), dashed=dashed))
    marks = "".join(
        sketch.row(sketch.run(f"{sign}: {meaning}", CODE, color, mono=False))
        for color, sign, meaning in _MARKS
    )
    names.append(drawing.bare(sketch.table(marks, WIDTH)))
    for upper, lower in pairwise(names):
        drawing.stack(upper, lower)
    text = [
        f"{name}: {meaning}" + (" (borde discontinuo)" if dashed else "")
        for _, name, meaning, dashed in _BOXES
    ]
    text += [f"{sign}: {meaning}" for _, sign, meaning in _MARKS]
    return Diagram("Leyenda de los diagramas", drawing.dot(), tuple(text))
