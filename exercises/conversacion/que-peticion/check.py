"""Método y ruta de la petición que hay detrás de una orden (tabla de la API de Docker Engine)."""

from muelle.exercises import diagnosis

PATHS = {
    "docker ps": "/containers/json",
    "docker images": "/images/json",
    "docker version": "/version",
    "docker info": "/info",
    "docker network ls": "/networks",
    "docker volume ls": "/volumes",
}


def draw(rng):
    return {"orden": rng.choice(sorted(PATHS))}


def _status(client, path):
    """El estado HTTP con el que responde el demonio a un GET, sin leer el cuerpo."""
    url = f"{client.api.base_url}/v{client.api.api_version}{path}"
    with client.api.get(url, stream=True, timeout=10) as response:
        return response.status_code


def check(answer, client, orden):
    method, _, path = answer.strip().partition(" ")
    assert method.upper() == "GET", diagnosis(
        f"el método «{method}» para «{orden}».",
        "el método de HTTP para preguntar sin cambiar nada.",
        "una lista no crea ni borra: se puede pedir mil veces y todo sigue igual.",
    )
    path = "/" + path.strip().strip("/")
    assert path == PATHS[orden], diagnosis(
        f"«GET {path}»; el demonio responde a eso con un {_status(client, path)}.",
        f"la ruta que da la respuesta de «{orden}».",
        "el nombre de la orden lo elige el CLI; el de la ruta, la API.",
    )
