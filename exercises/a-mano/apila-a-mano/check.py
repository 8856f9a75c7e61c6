"""Hace lo que hace overlay, y compara."""

from muelle.exercises import diagnosis

FOLDERS = ["web", "guia", "datos", "diario"]


def draw(rng):
    gone, kept = rng.sample(FOLDERS, 2)
    number = rng.randint(10, 99)
    return {
        "capas": [
            {f"{gone}/a": "uno", f"{gone}/b": "dos", f"{kept}/a": "viejo", "nota": f"{number}", "x": "y"},
            {f"{kept}/a": f"nuevo {number}", gone: None},
            {f"{gone}/c": f"otro {number}", "x": None},
        ]
    }


def stacked(layers):
    """Lo que se ve: las marcas de cada capa tapan lo de debajo, y después va lo suyo."""
    seen = {}
    for layer in layers:
        marks = [path for path, text in layer.items() if text is None]
        seen = {
            path: text
            for path, text in seen.items()
            if not any(path == mark or path.startswith(f"{mark}/") for mark in marks)
        }
        seen |= {path: text for path, text in layer.items() if text is not None}
    return seen


def check(answer, capas):
    real = stacked(capas)
    marks = [path for path in answer if answer[path] is None]
    assert not marks, diagnosis(
        f"en {', '.join(marks)} dejas una marca.",
        "solo rutas con su texto.",
        "la marca está en la carpeta de arriba; en la montada, esa ruta no existe.",
    )
    extra = sorted(set(answer) - set(real) - set(marks))
    assert not extra, diagnosis(
        f"sigue a la vista {', '.join(map(str, extra))}.",
        "que una marca tape todo lo que haya debajo con ese nombre.",
        "si lo marcado era una carpeta, tapa también lo que tenía dentro.",
    )
    lost = sorted(set(real) - set(answer))
    assert not lost, diagnosis(
        f"falta {', '.join(lost)}.",
        "todo lo que ninguna marca tape.",
        "una marca habla de las capas de debajo: no quita nada de las de encima.",
    )
    wrong = sorted(path for path in real if path in answer and answer[path] not in (real[path], None))
    assert not wrong, diagnosis(
        f"en {', '.join(wrong)} pones el texto de otra capa.",
        "el de la capa más alta que tenga esa ruta.",
        "lo de arriba tapa lo de abajo; la última de la lista es la de más arriba.",
    )
