"""Monta un volumen vacío en la carpeta y escribe en él como lo haría el proceso de la imagen."""

from docker.types import Mount

from muelle.exercises import diagnosis


def draw(rng):
    return {"usuario": rng.randint(1001, 4000), "carpeta": f"/{rng.choice(['subidas', 'datos', 'fotos'])}"}


def check(answer, bench, usuario, carpeta):
    mounts = [Mount(carpeta, bench.new_volume())]
    container = bench.run(bench.build(answer), ["600"], entrypoint=["sleep"], mounts=mounts)
    _, who = bench.execute(container, ["id", "-u"])
    assert who.strip() == str(usuario), diagnosis(
        f"el proceso es el usuario {who.strip()}.",
        "el número que te tocó.",
        "un proceso que no necesita ser root no debería serlo.",
    )
    code, said = bench.execute(container, ["touch", f"{carpeta}/prueba"])
    assert code == 0, diagnosis(
        f"al escribir en {carpeta}: «{said.strip()}».",
        "que ese usuario pueda crear archivos en el volumen recién montado.",
        "un volumen vacío toma el dueño y los permisos de la carpeta de la imagen.",
    )
    _, mode = bench.execute(container, ["stat", "-c", "%a", carpeta])
    assert int(mode.strip()[-1]) & 2 == 0, diagnosis(
        f"{carpeta} tiene los permisos {mode.strip()}: cualquiera puede escribir.",
        "que solo pueda quien la usa.",
        "abrirlo todo funciona, y deja la puerta abierta a los demás procesos que monten el volumen.",
    )
