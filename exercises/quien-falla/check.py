"""El mensaje de error dice en qué punto del camino cliente → API → demonio se quedó la petición."""

from muelle.exercises import diagnosis

MESSAGES = {
    "apagado": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. "
    "Is the docker daemon running?",
    "permiso": "permission denied while trying to connect to the Docker daemon socket "
    "at unix:///var/run/docker.sock",
    "version": "Error response from daemon: client version 1.52 is too new. "
    "Maximum supported API version is 1.41",
}


def draw(rng):
    return {"mensaje": MESSAGES[rng.choice(sorted(MESSAGES))]}


def check(answer, mensaje):
    assert MESSAGES.get(answer) == mensaje, diagnosis(
        f"crees que la causa es «{answer}».",
        "la causa que encaja con el mensaje: fíjate en quién lo escribe: cliente, sistema o demonio.",
        "«no se puede conectar» y «no tienes permiso» se arreglan de maneras muy distintas; "
        "instalar todo otra vez no arregla ninguna.",
    )
