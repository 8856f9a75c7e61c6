"""El plazo de `docker stop`: lo que espera de verdad el motor si nadie dice otra cosa."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import docker
import pytest
from docker.models.containers import Container

from muelle import builder
from muelle.owned import LABELS, free_name
from patience import PATIENCE, wait_until
from told import is_podman

pytestmark = pytest.mark.live

Deaf = Callable[[str], Container]


@pytest.fixture
def deaf(engine_client: docker.DockerClient) -> Iterator[Deaf]:
    """Contenedores en marcha que no atienden ninguna señal."""
    names: list[str] = []

    def run(suffix: str) -> Container:
        names.append(free_name(engine_client, f"muelle-plazo-{suffix}"))
        return engine_client.containers.run(
            "muelle/base", ["sleep", "300"], name=names[-1], detach=True, labels=LABELS
        )

    yield run
    for name in names:
        free_name(engine_client, name)


def test_without_a_deadline_the_engine_gives_ten_seconds(
    engine_client: docker.DockerClient, deaf: Deaf
) -> None:
    """Sin `timeout`, el motor mata más tarde que con cinco segundos y antes que con quince.

    Los tres se paran a la vez y se mira en qué orden mueren: lo ocupada que esté la máquina los retrasa a
    todos. Podman anota el plazo en cada contenedor, y el 4 anota 0 a los que se crean por su API.
    """
    # comprueba: plazo-de-diez-segundos
    short, unsaid, long = (deaf(name) for name in ("corto", "sin-decir", "largo"))
    noted = unsaid.attrs["Config"].get("StopTimeout")
    assert noted in (None, 0, 10)
    died: list[Container] = []

    def stop(container: Container, **deadline: int) -> None:
        engine_client.api.stop(container.id, **deadline)
        died.append(container)

    with ThreadPoolExecutor() as pool:
        stops = [pool.submit(stop, short, timeout=5), pool.submit(stop, unsaid)]
        stops.append(pool.submit(stop, long, timeout=15))
    for each in stops:
        each.result()
    assert died == ([unsaid, short, long] if noted == 0 else [short, unsaid, long])
    assert [each.wait()["StatusCode"] for each in died] == [137, 137, 137]


def test_who_creates_chooses_the_signal_and_the_deadline(engine_client: docker.DockerClient) -> None:
    """La señal y el plazo que se dicen al crear valen si al detener no se dice otra cosa."""
    # comprueba: la-senal-al-crear
    listens = "trap 'exit 7' INT; trap 'exit 8' USR1; echo listo; while true; do sleep 1 & wait $!; done"
    image = builder.build(engine_client, "FROM muelle/base\nSTOPSIGNAL SIGINT\n", tag="muelle/plazo-senal")
    make = {"image": image.tag, "detach": True, "labels": LABELS}
    signalled = engine_client.containers.run(
        command=["sh", "-c", listens],
        name=free_name(engine_client, "muelle-plazo-senal"),
        stop_signal="SIGUSR1",
        **make,
    )
    hurried = engine_client.api.create_container(
        image.tag,
        ["sleep", "300"],
        name=free_name(engine_client, "muelle-plazo-corto"),
        labels=LABELS,
        stop_timeout=1,
    )
    engine_client.api.start(hurried)
    try:
        wait_until(lambda: b"listo" in signalled.logs(), "el contenedor atiende señales")
        with ThreadPoolExecutor() as pool:
            stops = [pool.submit(engine_client.api.stop, hurried["Id"])]
            stops.append(pool.submit(engine_client.api.stop, signalled.id, timeout=int(PATIENCE)))
        for each in stops:
            each.result()
        assert signalled.wait()["StatusCode"] == 8, "la señal de quien crea, y no la de la imagen"
        noted = engine_client.api.inspect_container(hurried)["Config"]["StopTimeout"]
        assert noted == 1 or (noted == 0 and is_podman(engine_client)), "Podman 4 no hace caso del plazo"
        assert engine_client.api.wait(hurried)["StatusCode"] == 137
    finally:
        for name in ("muelle-plazo-senal", "muelle-plazo-corto", image.tag):
            free_name(engine_client, name)
