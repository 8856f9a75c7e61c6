"""Compara la lista con los eventos que el demonio recuerda de ese contenedor."""

from datetime import datetime

from muelle.draw.units import count
from muelle.exercises import UnsupportedError, diagnosis


def draw(rng):
    return {"nombre": f"muelle-relato-{rng.randrange(16**6):06x}", "codigo": rng.randint(11, 99)}


def _actions(client, container):
    """Lo que el demonio recuerda hasta ahora. `until` es el segundo que viene: se espera menos de uno."""
    until = _seconds(client.info()["SystemTime"]) + 1
    stream = client.api.events(since=0, until=until, filters={"container": container.id}, decode=True)
    return [event["Action"] for event in stream]


def _seconds(moment):
    """La hora del demonio en segundos desde 1970; puede venir en UTC o con su diferencia horaria."""
    zone = moment[-6:] if moment[-6:-5] in ("+", "-") else "+00:00"
    return int(datetime.fromisoformat(moment[:19] + zone).timestamp())


def check(answer, bench, client, nombre, codigo):
    container = bench.container(nombre)
    assert container, diagnosis(
        f"no hay ningún contenedor llamado «{nombre}».",
        "que siga ahí después de terminar.",
        "terminar no es borrar: sin `--rm`, el contenedor parado se queda.",
    )
    state = container.attrs["State"]
    assert state["ExitCode"] == codigo, diagnosis(
        f"el contenedor está «{state['Status']}» con código de salida {state['ExitCode']}.",
        "que su proceso termine solo, con el código que te tocó.",
        "el código de salida del contenedor es el de su PID 1.",
    )
    # Un motor puede apuntar un evento un poco después de que pase (Podman lo hace): se le da un rato.
    actions = bench.wait(lambda: "die" in (found := _actions(client, container)) and found, seconds=5)
    if not actions:
        raise UnsupportedError(
            f"Este motor ya no recuerda los eventos de «{nombre}» (solo guarda los últimos, y al reiniciarse "
            "los pierde): lanza el contenedor otra vez y comprueba enseguida."
        )
    if "die" in answer:
        actions = actions[: max(len(answer), actions.index("die") + 1)]  # los de después, aún no los había
    pairs = list(zip(answer, actions, strict=False))
    first = next((n for n, (mine, true) in enumerate(pairs, 1) if mine != true), len(pairs) + 1)
    listed = count(len(answer), "acción", "acciones")
    assert answer == actions, diagnosis(
        f"tu lista tiene {listed} y el demonio recuerda {len(actions)}; "
        + (
            "las últimas son las suyas, y las de antes, de otro contenedor que se llamó igual."
            if answer[-len(actions) :] == actions
            else f"la primera distinta es la número {first}."
        ),
        "las mismas acciones y en el mismo orden que dice el demonio.",
        "lo que parece un solo paso en la terminal son varios en el demonio.",
    )
