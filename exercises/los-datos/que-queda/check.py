"""Lo hace de verdad y mira qué archivos ve el contenedor que queda."""

from docker.types import Mount

from muelle.exercises import diagnosis

STOP, REMOVE = "parar y arrancar", "eliminar con -v y crear otro igual, con el mismo volumen"
FOLDERS = ("capa", "volumen", "anonimo", "memoria")


def draw(rng):
    return {"accion": rng.choice((STOP, REMOVE))}


def _left(bench, action):
    volume = bench.new_volume()
    options = {
        "mounts": [Mount("/volumen", volume), Mount("/anonimo", None)],
        "tmpfs": {"/memoria": "size=1m"},
    }
    container = bench.run(bench.base, ["sleep", "600"], **options)
    for folder in FOLDERS:
        bench.execute(container, ["sh", "-c", f"mkdir -p /{folder} && echo hola > /{folder}/nota"])
    if action == STOP:
        container.stop(timeout=0)
        container.start()
    else:
        container.remove(force=True, v=True)
        container = bench.run(bench.base, ["sleep", "600"], **options)
    return {folder: bench.execute(container, ["cat", f"/{folder}/nota"])[0] == 0 for folder in FOLDERS}


def check(answer, bench, accion):
    left = bench.once(f"qué queda al {accion}", lambda: _left(bench, accion))
    for folder, why in (
        ("capa", "la capa de escritura es del contenedor: dura lo que dura él, en marcha o parado."),
        ("volumen", "un volumen con nombre no es de ningún contenedor: se queda hasta que alguien lo borre."),
        ("anonimo", "cada contenedor estrena los suyos, y con `-v` se van con él."),
        ("memoria", "lo que está en memoria dura lo que dura el proceso."),
    ):
        assert answer[folder] == left[folder], diagnosis(
            f"{answer[folder]} para «{folder}», tras {accion}.",
            "lo que ve el contenedor que queda.",
            why,
        )
