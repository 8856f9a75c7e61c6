"""Monta los dos volúmenes, sin poder escribir en ellos, y compara."""

from docker.types import Mount

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "origen": f"muelle-origen-{key}",
        "copia": f"muelle-copia-{key}",
        "palabra": rng.choice(["mareas", "corrientes", "vientos", "puertos"]),
        "usuario": rng.randint(1001, 4000),
    }


def check(bench, origen, copia, palabra, usuario):
    for name in (origen, copia):
        labels = bench.volume_labels(name)
        assert labels is not None, diagnosis(
            f"no hay ningún volumen llamado «{name}».",
            "los dos volúmenes, con el nombre que te tocó.",
            "un volumen existe por sí solo: ningún contenedor tiene que estar usándolo.",
        )
        assert labels.get("muelle") == "1", diagnosis(
            f"«{name}» no lleva la LABEL `muelle=1`.",
            "que la lleve desde que se crea.",
            "quien lo monta sin crearlo antes deja un volumen que nadie sabrá de quién es.",
        )
    mounts = [Mount("/de", origen, read_only=True), Mount("/a", copia, read_only=True)]
    container = bench.run(bench.base, ["sleep", "600"], mounts=mounts)
    for folder, name in (("/de", origen), ("/a", copia)):
        _, said = bench.execute(container, ["cat", f"{folder}/libro.txt"])
        assert said.strip() == palabra, diagnosis(
            f"en «{name}», libro.txt no está o dice otra cosa.",
            "la palabra que te tocó, en los dos volúmenes.",
            "una copia que se lleva el original no es una copia.",
        )
    _, owner = bench.execute(container, ["stat", "-c", "%u", "/a/libro.txt"])
    assert owner.strip() == str(usuario), diagnosis(
        f"la copia es del usuario {owner.strip()}.",
        "que sea del mismo que el original.",
        "quien lea esa copia puede encontrarse con que no tiene permiso.",
    )
