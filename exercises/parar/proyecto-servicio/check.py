"""Declara el puerto, sigue en marcha, sirve la página y se despide a tiempo."""

from muelle.draw import units
from muelle.exercises import diagnosis


def draw(rng):
    return {
        "puerto": rng.randint(3000, 9000),
        "palabra": rng.choice(["amarras", "bodega", "cubierta", "estribor"]),
    }


def check(answer, bench, client, puerto, palabra):
    image = bench.build(answer)
    exposed = client.api.inspect_image(image)["Config"].get("ExposedPorts") or {}
    assert f"{puerto}/tcp" in exposed, diagnosis(
        f"la imagen declara {', '.join(exposed)}." if exposed else "la imagen no declara ningún puerto.",
        "el puerto en el que sirve.",
        "declararlo no lo abre, pero se lo dice a quien vaya a usar la imagen sin leer su Dockerfile.",
    )
    container = bench.run(image)
    url = f"http://127.0.0.1:{puerto}/"

    def page():
        return bench.execute(container, ["wget", "-qO-", url])[1]

    text = bench.wait(lambda: palabra in page(), seconds=1.5)
    assert text, diagnosis(
        f"en el puerto {puerto} no se sirve una página con la palabra que te tocó; "
        f"el contenedor está «{bench.status(container)}».",
        "que siga en marcha y sirva esa página, en ese puerto.",
        "el contenedor dura lo que su PID 1, y el puerto en el que escucha lo decide el proceso.",
    )
    seconds = bench.stop(container, 3)
    killed = container.attrs["State"]["ExitCode"] == 137
    assert seconds < 2 and not killed, diagnosis(
        f"tardó {units.seconds(seconds)} en pararse" + (" y hubo que matarlo." if killed else "."),
        "que se despida solo, en menos de dos segundos.",
        "a un servicio que matan se le quedan las cosas a medias.",
    )
