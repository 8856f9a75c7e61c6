"""Provoca la situación con HTTP puro y mira el estado que da el demonio."""

from muelle.exercises import diagnosis

SITUATIONS = (
    "inspeccionar un contenedor que no existe",
    "crear un contenedor con un nombre que ya está en uso",
    "arrancar un contenedor que ya está en marcha",
)


def draw(rng):
    return {"situacion": rng.choice(SITUATIONS)}


def _status(client, bench, situation):
    url = f"{client.api.base_url}/v{client.api.api_version}/containers"
    if situation == SITUATIONS[0]:
        return client.api.get(f"{url}/muelle-no-existe-{'0' * 12}/json", timeout=10).status_code
    if situation == SITUATIONS[1]:
        container = bench.create(bench.base)
        body = {"Image": bench.base}
        return client.api.post(
            f"{url}/create", params={"name": container.name}, json=body, timeout=10
        ).status_code
    container = bench.run(bench.base, ["sleep", "60"])
    return client.api.post(f"{url}/{container.id}/start", timeout=10).status_code


def check(answer, client, bench, situacion):
    status = _status(client, bench, situacion)
    family = "de la misma familia, pero otro" if answer // 100 == status // 100 else "de otra familia"
    assert answer == status, diagnosis(
        f"{answer}; al {situacion}, el demonio respondió con uno {family}.",
        "el estado que da el demonio en esa situación.",
        "el número, y no el texto, es lo que miran los programas: el texto cambia de una versión a otra.",
    )
