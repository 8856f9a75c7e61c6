"""Cuánto añade una comprobación al tiempo del motor, y cómo crece la corrección con los puestos.

    .venv/bin/python benchmarks/exercises.py

La comprobación y sus peticiones al motor se miden en la misma ejecución: la diferencia es lo nuestro.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests

from muelle import engine, exercises
from muelle.exercises import evaluate
from muelle.exercises.run import read_answer
from muelle.grading import grade

SLUGS = (
    "que-codigo",
    "historial-y-capas",
    "cuantas-capas",
    "imagen-intacta",
    "dockerignore",
    "entrypoint-y-cmd",
)
TICKET = "medida:0"
TARGET_MS = 300


class Clock:
    """Suma el tiempo que pasa esperando al motor: el de cada petición HTTP, y el de las esperas."""

    def __init__(self) -> None:
        self.engine = 0.0
        send, sleep = requests.Session.send, time.sleep

        def timed_send(session: Any, request: Any, **options: Any) -> Any:
            started = time.perf_counter()
            response = send(session, request, **options)
            self.engine += time.perf_counter() - started
            if options.get("stream"):
                response.raw = _Timed(response.raw, self)
            return response

        def timed_sleep(seconds: float) -> None:
            self.engine += seconds
            sleep(seconds)

        requests.Session.send = timed_send  # type: ignore[method-assign]
        time.sleep = timed_sleep


class _Timed:
    """El cuerpo de una respuesta que llega a trozos."""

    def __init__(self, raw: Any, clock: Clock) -> None:
        self._raw, self._clock = raw, clock

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._raw, name)
        if name not in ("read", "read1", "readline"):
            return found

        def timed(*args: Any, **options: Any) -> Any:
            started = time.perf_counter()
            try:
                return found(*args, **options)
            finally:
                self._clock.engine += time.perf_counter() - started

        return timed


def feedback(times: int) -> list[dict[str, Any]]:
    """Mide cada ejercicio `times` veces con su solución.

    Returns:
        Por ejercicio: milisegundos en total, del motor y de diferencia (medianas).
    """
    client = engine.connect()
    clock = Clock()
    rows = []
    for slug in SLUGS:
        exercise = exercises.get(slug)
        (solution,) = exercise.folder.glob("solution.*")
        answer = read_answer(exercise, solution, lambda: client, TICKET)
        samples = []
        for _ in range(times):
            clock.engine = 0.0
            started = time.perf_counter()
            result = evaluate(exercise, answer, engine.connect, TICKET)
            total = time.perf_counter() - started
            if not result.solved:
                raise SystemExit(f"✗ {result}")
            samples.append((total, clock.engine))
        totals, spent = zip(*samples, strict=True)
        rest = [total - engine_time for total, engine_time in samples]
        rows.append(
            {
                "ejercicio": slug,
                "total_ms": _median_ms(totals),
                "motor_ms": _median_ms(spent),
                "diferencia_ms": _median_ms(rest),
            }
        )
    return rows


def _median_ms(seconds: Sequence[float]) -> float:
    return round(statistics.median(seconds) * 1000, 1)


CODE = """respuesta = {"filas": len(client.images.get("muelle/base").history()), "capas": 3}
muelle.check("historial-y-capas", respuesta)"""


def scaling(notebooks: int) -> dict[str, Any]:
    """Corrige los mismos cuadernos con uno y con más puestos.

    Returns:
        Segundos por número de puestos.
    """
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}
        for source in ("import muelle\nclient = muelle.connect()", CODE)
    ]
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    seconds = {}
    for workers in sorted({1, 2, os.cpu_count() or 1}):
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "entregas"
            folder.mkdir()
            for number in range(notebooks):
                (folder / f"{number}.ipynb").write_text(text, encoding="utf-8")
            started = time.perf_counter()
            grade(folder, Path(place) / "informe", workers=workers, deadline=60)
            seconds[str(workers)] = round(time.perf_counter() - started, 1)
    return {"cuadernos": notebooks, "segundos_por_puestos": seconds}


def main() -> None:
    """Mide e imprime una tabla; sale con 1 si una diferencia pasa de lo prometido."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--veces", type=int, default=15)
    parser.add_argument("--cuadernos", type=int, default=8)
    options = parser.parse_args()
    grown = scaling(options.cuadernos)
    rows = feedback(options.veces)
    print(json.dumps({"comprobar": rows, "corregir": grown}, ensure_ascii=False, indent=1))
    slow = [row for row in rows if row["diferencia_ms"] > TARGET_MS]
    if slow:
        raise SystemExit(f"✗ pasa de {TARGET_MS} ms: {', '.join(row['ejercicio'] for row in slow)}")


if __name__ == "__main__":
    main()
