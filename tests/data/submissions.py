"""Entregas buenas, malas y hostiles, y lo que debe decir de cada una el informe."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import docker

from muelle import exercises
from muelle.exercises.run import read_answer

CHAPTER = "03-que-es-una-imagen"
START = "import muelle\nclient = muelle.connect()"
HISTORY = """respuesta = {"filas": len(client.images.get("muelle/base").history()),
             "capas": len(client.images.get("muelle/base").attrs["RootFS"]["Layers"])}
muelle.check("historial-y-capas", respuesta)"""
ANSWER, CALL = HISTORY.rpartition("\n")[0], HISTORY.rpartition("\n")[2]
THREAD = """import os, threading, ctypes, time
if os.fork() == 0:
    os.setsid()
    threading.Thread(target=time.sleep, args=(986,)).start()
    ctypes.CDLL(None).syscall(60, 0)"""
"""Deja un proceso cuyo hilo principal acabó: figura como zombi y sigue vivo."""
WRONG = 'respuesta = {"filas": 6, "capas": 6}\nmuelle.check("historial-y-capas", respuesta)'
EMPTY = 'respuesta = {"filas": ..., "capas": ...}\nmuelle.check("historial-y-capas", respuesta)'
# Podman 5 da los diez segundos de gracia también al quitar a la fuerza, y `sleep` no atiende a SIGTERM.
STATE = """valores = muelle.values("una-imagen-dos-contenedores")
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}, "stop_signal": "SIGKILL"}
client.containers.run("muelle/base", name=valores["nombre_a"], detach=True, **opciones)
client.containers.create("muelle/base", name=valores["nombre_b"], **opciones)
muelle.check("una-imagen-dos-contenedores")"""


@dataclass(frozen=True)
class Case:
    """Una entrega y lo que debe decir de ella el informe.

    Args:
        cells: su código.
        outcome: el de `historial-y-capas`, o None si no debe haber veredictos.
        problem: trozo del problema del cuaderno; "" si no debe haberlo.
        raw: el archivo entero, si no es un cuaderno corriente.
        seed: la de las salidas que trae.
        extra: otros ejercicios y su resultado.
        marked: si su última celda lleva los metadatos del ejercicio.
        denied: si el guardián tuvo que negarle algo; None si depende de si lo ajeno está en su motor.
    """

    cells: tuple[str, ...] = ()
    outcome: str | None = "SOLVED"
    problem: str = ""
    raw: str | None = None
    seed: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    denied: bool | None = False
    marked: bool = False


def _count(seed: str) -> int:
    """La respuesta a `cuantas-capas` de quien tenga esa semilla."""
    exercise = exercises.get("cuantas-capas")
    (solution,) = exercise.folder.glob("solution.*")
    answer: int = read_answer(exercise, solution, _nobody, f"{seed}:0")
    return answer


def _nobody() -> docker.DockerClient:
    raise AssertionError("esta respuesta no necesita motor")


def cases_with(foreign: str) -> dict[str, Case]:
    """Más de cuarenta.

    Args:
        foreign: un contenedor que no es de nadie del curso, al que alguna ataca.
    """
    attack = f'client.containers.get("{foreign}").remove(force=True)'
    remove_all = "for c in client.containers.list(all=True):\n    c.remove(force=True)"
    cases = {f"bien-{n}": Case((START, HISTORY)) for n in range(6)}
    cases |= {f"mal-{n}": Case((START, WRONG), "WRONG") for n in range(4)}
    cases |= {f"vacia-{n}": Case((START, EMPTY), "UNANSWERED") for n in range(3)}
    cases |= {
        f"propia-{n}": Case(
            (START, HISTORY, f'muelle.check("cuantas-capas", {_count(f"abc{n}")})'),
            seed=f"abc{n}",
            extra=(("cuantas-capas", "SOLVED"),),
        )
        for n in range(2)
    }
    cases |= {
        "copiada-1": Case((START, HISTORY), seed="dddd"),
        "copiada-2": Case((START, HISTORY), seed="dddd"),
        "estado-1": Case((START, STATE, HISTORY), extra=(("una-imagen-dos-contenedores", "SOLVED"),)),
        "estado-2": Case((START, STATE, HISTORY), extra=(("una-imagen-dos-contenedores", "SOLVED"),)),
        "bucle": Case((START, "while True: pass", HISTORY), problem="no acabó"),
        "bucle-sordo": Case(
            (START, "import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass", HISTORY),
            "UNANSWERED",
            "no acabó",
        ),
        "bucle-en-la-respuesta": Case(
            (START, 'while True: pass\nmuelle.check("historial-y-capas", 1)'), "TIMEOUT", "no acabó"
        ),
        "mucha-salida": Case((START, 'while True: print("x" * 1000)', HISTORY), problem="demasiado"),
        "salida-de-golpe": Case((START, 'print("x" * 50_000_000)', HISTORY), problem="demasiado"),
        "se-cierra": Case((START, "import os\nos._exit(0)", HISTORY), "UNANSWERED", "se cerró"),
        "se-mata": Case(
            (START, "import os\nos.kill(os.getpid(), 9)", HISTORY),
            "UNANSWERED",
            "se cerró",
        ),
        "mucha-memoria": Case((START, "x = bytearray(10**11)", HISTORY)),
        "celda-borrada": Case((START,), "MISSING"),
        "celda-repetida": Case((START, WRONG, HISTORY, WRONG)),
        "tramposa-3": Case(
            (
                START,
                "def lee(*a): return {'filas': 6, 'capas': 3}\nmuelle.exercises.evaluation.evaluate = lee",
                WRONG,
            ),
            "WRONG",
        ),
        "falla": Case((START, '1 / 0\nmuelle.check("historial-y-capas", 1)'), "CRASHED"),
        "no-es-python": Case((START, 'esto no es\nmuelle.check("historial-y-capas", 1)', HISTORY)),
        "tramposa": Case((START, "muelle.check = lambda *a: print('✓')", WRONG), "WRONG"),
        "tramposa-2": Case(
            (
                START,
                "import json\njson.dumps = lambda *a, **k: '{\"v\": 1}'",
                WRONG,
            ),
            "UNANSWERED",
            "no acabó",
        ),
        "ajenos": Case((START, attack, HISTORY), denied=None),
        "ajenos-todos": Case((START, remove_all, HISTORY)),
        "anfitrion": Case(
            (START, 'client.containers.run("muelle/base", "true", volumes=["/:/x"])', HISTORY), denied=True
        ),
        "deja-procesos": Case(
            (START, "import subprocess\nsubprocess.Popen(['sleep', '987'], start_new_session=True)", HISTORY)
        ),
        "deja-procesos-sin-marca": Case(
            (
                START,
                "import subprocess\nsubprocess.Popen(['sleep', '988'], env={}, start_new_session=True)",
                HISTORY,
            )
        ),
        "con-magia": Case((START, f"!true\n{HISTORY}")),
        "respuesta-sin-texto": Case(
            (START, 'muelle.check("marca-de-borrado", "\\ud800")', HISTORY),
            extra=(("marca-de-borrado", "WRONG"),),
        ),
        "otro-nombre": Case((START, HISTORY.replace("muelle.check", "from muelle import check\ncheck"))),
        "en-bucle": Case(
            (START, f"{ANSWER}\nfor nombre in ['historial-y-capas']: muelle.check(nombre, respuesta)")
        ),
        "sin-llamada": Case((START, ANSWER), marked=True),
        "comillas": Case((START, "respuesta = {“filas”: 6}\n" + CALL), "CRASHED", marked=True),
        "sin-tocar": Case((exercises.cell("historial-y-capas"),), "UNANSWERED", marked=True),
        "se-comprueba-antes-de-recoger": Case(
            (START, f"{STATE}\nfor c in client.containers.list(all=True): c.remove(force=True)", HISTORY),
            extra=(("una-imagen-dos-contenedores", "SOLVED"),),
        ),
        "queda-un-hilo": Case((START, THREAD, HISTORY)),
        os.fsdecode(b"Mu\xf1oz"): Case((START, HISTORY)),
        "rota": Case(outcome=None, problem="dañado", raw='{"cells": ['),
        "otro-nucleo": Case(
            outcome=None,
            problem="«R»",
            raw=json.dumps({"cells": [], "metadata": {"kernelspec": {"language": "R"}}}),
        ),
    }
    return cases


def written(case: Case) -> str:
    """El texto del cuaderno."""
    if case.raw is not None:
        return case.raw
    mark = f'<div data-muelle="cuantas-capas|{case.seed}:0|3"></div>' if case.seed else ""
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": mark}}]
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "source": source, "outputs": outputs}
        for source in case.cells
    ]
    if case.marked:
        cells[-1]["metadata"] = {"muelle": {"ejercicio": "historial-y-capas"}}
    metadata = {"kernelspec": {"language": "python", "name": "python3"}, "muelle": {"capitulo": CHAPTER}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


def solved(chapter: Path) -> tuple[str, tuple[str, ...]]:
    """El cuaderno de un capítulo con sus ejercicios resueltos, como lo entregaría quien lo hizo todo bien."""
    notebook = json.loads(chapter.read_text(encoding="utf-8"))
    slugs = []
    for cell in notebook["cells"]:
        slug = (cell["metadata"].get("muelle") or {}).get("ejercicio")
        if slug:
            slugs.append(slug)
            cell["source"] = _solution(exercises.get(slug))
    return json.dumps(notebook), tuple(slugs)


def _solution(exercise: exercises.Exercise) -> str:
    (path,) = exercise.folder.glob("solution.*")
    text = path.read_text(encoding="utf-8")
    code = text if path.suffix == ".py" else f"respuesta = {text!r}"
    answer = ", respuesta" if exercise.answer else ""
    return "\n".join(
        [
            "import muelle",
            "client = muelle.connect()",
            f"valores = muelle.values({exercise.slug!r})",
            code,
            f"muelle.check({exercise.slug!r}{answer})",
        ]
    )
