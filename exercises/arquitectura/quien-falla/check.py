"""El mensaje de error dice en qué punto del camino cliente → API → demonio se quedó la petición."""

from muelle.exercises import diagnosis

SOCKET = "unix:///var/run/docker.sock"
MESSAGES = {
    "apagado": (
        f"Cannot connect to the Docker daemon at {SOCKET}. Is the docker daemon running?",
        f"failed to connect to the docker API at {SOCKET}; "
        "check if the path is correct and if the daemon is running",
    ),
    "permiso": (
        f"permission denied while trying to connect to the Docker daemon socket at {SOCKET}",
        f"permission denied while trying to connect to the docker API at {SOCKET}",
    ),
    "version": (
        "Error response from daemon: client version 1.41 is too old. "
        "Minimum supported API version is 1.44, please upgrade your client to a newer version",
        "Error response from daemon: client version 1.22 is too old. "
        "Minimum supported API version is 1.24, please upgrade your client to a newer version",
    ),
}
"""Lo que dicen los clientes, los de antes y los de ahora (moby, `client/request.go`), y el demonio."""


def draw(rng):
    return {"mensaje": rng.choice(MESSAGES[rng.choice(sorted(MESSAGES))])}


def check(answer, mensaje):
    assert mensaje in MESSAGES.get(answer, ()), diagnosis(
        f"la causa es «{answer}».",
        "la causa que encaja con el mensaje: fíjate en quién lo escribe: cliente, sistema o demonio.",
        "«no se puede conectar» y «no tienes permiso» se arreglan de maneras muy distintas; "
        "instalar todo otra vez no arregla ninguna.",
    )
