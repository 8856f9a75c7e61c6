"""La ficha sale de lo que el demonio dice de sí mismo, no de la máquina del cliente."""

from muelle.exercises import diagnosis


def check(answer, client):
    version, info = client.version(), client.info()
    facts = {
        "demonio": version["Version"],
        "api": version["ApiVersion"],
        "nucleo": info["KernelVersion"],
        "sistema": info["OperatingSystem"],
        "almacen": info["Driver"],
    }
    for key, fact in facts.items():
        assert answer[key] == fact, diagnosis(
            f"en «{key}» pones «{answer[key]}», y el demonio dice otra cosa.",
            "lo que responde el demonio, no lo que sabe de sí mismo el cliente.",
            "con Docker Desktop o un demonio remoto, el anfitrión del demonio y tu máquina no son el mismo.",
        )
