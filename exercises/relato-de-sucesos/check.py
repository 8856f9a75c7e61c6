"""Compara la lista con los sucesos que el demonio recuerda de ese contenedor."""

from datetime import datetime, timezone

from muelle.exercises import diagnosis


def draw(rng):
    return {"nombre": f"muelle-relato-{rng.randrange(16**6):06x}", "codigo": rng.randint(11, 99)}


def _actions(client, container):
    now = client.info()["SystemTime"]
    stream = client.api.events(since=0, until=_seconds(now), filters={"container": container.id}, decode=True)
    return [event["Action"] for event in stream]


def _seconds(moment):
    """La hora del demonio, con sus decimales, como la pide `until`."""
    whole, _, rest = moment.partition(".")
    stamp = datetime.strptime(whole[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    if rest and "+" in rest:
        stamp = datetime.fromisoformat(f"{whole[:19]}+{rest.split('+')[1]}")
    digits = "".join(char for char in rest.split("+")[0] if char.isdigit())[:9]
    return f"{int(stamp.timestamp())}.{digits or '0'}"


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
    actions = _actions(client, container)
    pairs = list(zip(answer, actions, strict=False))
    first = next((n for n, (mine, true) in enumerate(pairs, 1) if mine != true), len(pairs) + 1)
    assert answer == actions, diagnosis(
        f"tu lista tiene {len(answer)} acciones y el demonio recuerda {len(actions)}; "
        f"la primera distinta es la número {first}.",
        "las mismas acciones y en el mismo orden que dice el demonio.",
        "lo que parece un solo paso en la terminal son varios en el demonio.",
    )
