"""El nombre es del nuevo, y las notas siguen en algún contenedor."""

from muelle.exercises import diagnosis
from muelle.exercises.workshop import MARK


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "nombre": f"muelle-agenda-{key}",
        "imagen": f"muelle/agenda:{key}",
        "notas": f"{rng.choice(['llamar', 'comprar', 'avisar'])}-{key[:3]}",
    }


def check(bench, client, nombre, imagen, notas):
    new = bench.container(nombre)
    alive = new and bench.status(new) == "running"
    assert alive and bench.image_id(new.attrs["Image"]) == bench.image_id(imagen), diagnosis(
        f"«{nombre}» no está en marcha con «{imagen}».",
        "un contenedor en marcha, con ese nombre y hecho con esa imagen.",
        "el nombre es por donde lo busca todo lo demás.",
    )
    ours = client.containers.list(all=True, filters={"label": f"{MARK}=ese-nombre-esta-cogido"})
    kept = [each for each in [new, *ours] if (bench.read(each, "/notas.txt") or "").strip() == notas]
    assert kept, diagnosis(
        "las notas del contenedor viejo no están en ninguno.",
        "que sigan en el viejo o que las tenga el nuevo.",
        "la capa de un contenedor se va con él: quitarlo deja libre el nombre y borra lo que guardaba.",
    )
