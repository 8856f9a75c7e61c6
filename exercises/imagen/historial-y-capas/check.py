"""Historial y capas son dos listas distintas."""

from muelle.draw.units import count
from muelle.exercises import diagnosis


def check(answer, bench, client):
    rows = client.api.history(bench.base)
    missing = sum("missing" in row["Id"] for row in rows)
    assert answer["filas"] == len(rows), diagnosis(
        f"en tu respuesta hay {count(answer['filas'], 'fila', 'filas')}"
        + (", que son las que no ponen «<missing>»." if answer["filas"] == len(rows) - missing else "."),
        "todas las filas que da el motor.",
        "«<missing>» quiere decir que esa fila no tiene imagen propia aquí, no que falte o esté dañada.",
    )
    assert answer["capas"] == len(bench.layers(bench.base)), diagnosis(
        f"en tu respuesta hay {count(answer['capas'], 'capa', 'capas')}"
        + (", una por fila del historial." if answer["capas"] == len(rows) else "."),
        "las que están en `RootFS`.",
        "hay instrucciones que dejan una fila en el historial y ninguna capa.",
    )
