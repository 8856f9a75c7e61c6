"""Dockerfiles al azar, construidos de verdad: cada fila se lee como la línea de la que salió.

Lo que un constructor no guarda se dice aquí, caso por caso: BuildKit no escribe ONBUILD, el clásico no sabe
de qué archivo era un COPY, y Podman no escribe el valor de los ARG.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docker
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from archives import Item, tar
from muelle.sources import daemon

pytestmark = pytest.mark.live

BASE = "muelle/base:latest"
NAME = "muelle-prueba-filas:1"
BUILDERS = {"clásico": "1", "buildkit": "2"}


class RefusedError(Exception):
    """El motor no construyó; lleva lo que contestó."""


@dataclass(frozen=True)
class Line:
    """Una línea de Dockerfile y lo que ha de decir su fila.

    Args:
        written: como se escribe.
        shown: como se lee; None si es igual.
        lost: qué constructores no dejan una fila con ella.
    """

    written: str
    shown: str | None = None
    lost: tuple[str, ...] = ()


def rows(client: docker.DockerClient, builder: str, dockerfile: str) -> list[str]:
    """Las filas que una construcción añade a las de su base, leídas por nosotros."""
    files = [Item("Dockerfile", data=dockerfile.encode()), Item("a", data=b"hola\n"), Item("b", data=b"x")]
    answer = client.api.post(
        client.api._url("/build"),
        params={"version": BUILDERS[builder], "t": NAME, "rm": "1"},
        data=io.BytesIO(tar(files)).read(),
        headers={"Content-Type": "application/x-tar"},
    )
    said = [json.loads(line) for line in answer.text.splitlines() if line]
    errors = [str(each.get("error") or each.get("message")) for each in said if "stream" not in each]
    if not answer.ok or any("error" in each for each in said):
        raise RefusedError("; ".join(errors))
    below = len(daemon.image(client, BASE).history)
    return [row.text for row in daemon.image(client, NAME).history[below:]]


@pytest.fixture(scope="module", params=list(BUILDERS))
def builder(
    request: pytest.FixtureRequest, engine_endpoint: Any
) -> Iterator[tuple[docker.DockerClient, str, str]]:
    """Un cliente, el constructor que se pide y quién escribe las filas de verdad."""
    client = engine_endpoint.client()
    asked = str(request.param)
    podman = any("Podman" in str(each.get("Name")) for each in client.version().get("Components") or ())
    try:
        rows(client, asked, f"FROM {BASE}\nLABEL muelle=1\n")
    except RefusedError as answer:
        assert "build-context" in str(answer), answer
        pytest.xfail(f"Este motor no construye con BuildKit sin una sesión: {answer}")
    yield client, asked, "podman" if podman else asked
    client.api.remove_image(NAME, force=True)
    client.close()


WORDS = st.text(st.sampled_from("abcñ0-_./,"), min_size=1, max_size=8)
TEXTS = st.text(st.sampled_from("ab ñ'\"\\$,;[]{}#=:\t"), min_size=1, max_size=12).map(str.strip)
NAMES = st.sampled_from(["A", "MSG", "CMDLINE", "JAVA_OPTS", "v1.2"])
VALUES = st.one_of(
    WORDS,
    TEXTS.filter(bool),
    st.sampled_from(["hola mundo", "/bin/sh -c x", "-Xmx1g -Dx=1", 'di "hola"', "it's"]),
)
SHELLS = [
    ["/bin/sh", "-e", "-c"],
    ["/bin/ash", "-c"],
    ["/bin/sh", "-o", "pipefail", "-c"],
    ["/bin/ash", "-e", "-c", 'eval "$0"'],
]
ORDERS = st.sampled_from(
    [
        "true",
        "echo hola   mundo",
        'echo "#(nop) CMD x" && true',
        "echo '#(nop)  ENV A=1'",
        "/bin/sh -c 'echo dentro'",
        "echo a # buildkit",
        'echo "[a, \\"b\\"]"',
        "[ -d / ] && echo sí",
        "A=1 B='2 3' sh -c 'echo $A'",
        "echo 'x |FROM y z'",
        "echo --mount=type=cache",
    ]
)


def word(text: str) -> str:
    """Un valor como va en un Dockerfile: entre comillas dobles si algo en él lo pide."""
    if not any(sign in text for sign in " \t\"'\\$"):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")
    return f'"{escaped}"'


def pairs(keyword: str, given_pairs: dict[str, str]) -> Line:
    text = " ".join(f"{name}={word(value)}" for name, value in given_pairs.items())
    return Line(f"{keyword} {text}", lost=("podman",) if keyword == "ARG" else ())


def listed(keyword: str, items: list[str]) -> Line:
    return Line(f"{keyword} {json.dumps(items, ensure_ascii=False)}")


@st.composite
def health(draw: st.DrawFn) -> Line:
    options = draw(
        st.lists(
            st.sampled_from(
                ["--interval=30s", "--timeout=1m30s", "--start-period=1h", "--retries=3", "--retries=39"]
            ),
            unique_by=lambda option: option.split("=")[0],
        )
    )
    order = ["--interval", "--timeout", "--start-period", "--retries"]
    options.sort(key=lambda option: order.index(option.split("=")[0]))
    test = draw(st.sampled_from(['wget -q "localhost" || exit 1', "it's", '["sano", "-q"]', "echo [ a ] 3s"]))
    return Line(" ".join(["HEALTHCHECK", *options, "CMD", test]))


@st.composite
def broken(draw: st.DrawFn) -> Line:
    """Un RUN en varias líneas, que el constructor junta."""
    pieces = draw(
        st.lists(st.sampled_from(["echo a", "&& true", "&& echo 'b  c'", "; :"]), min_size=2, max_size=3)
    )
    pieces = ["echo", *pieces]
    return Line("RUN " + " \\\n  ".join(pieces), "RUN " + "   ".join(pieces))


KINDS = (
    st.dictionaries(NAMES, VALUES, min_size=1, max_size=2).map(lambda found: pairs("ENV", found)),
    st.dictionaries(NAMES, VALUES, min_size=1, max_size=2).map(lambda found: pairs("LABEL", found)),
    st.dictionaries(NAMES, VALUES, min_size=1, max_size=1).map(lambda found: pairs("ARG", found)),
    st.lists(TEXTS, min_size=1, max_size=3).map(lambda items: listed("CMD", ["x", *items])),
    st.lists(TEXTS, max_size=2).map(lambda items: listed("ENTRYPOINT", ["/x y", *items])),
    st.sampled_from(
        ["CMD echo hola", 'CMD exec x "y z"', "ENTRYPOINT top -b", "CMD []", "ENTRYPOINT []"]
    ).map(Line),
    health(),
    st.just(Line("HEALTHCHECK NONE")),
    st.sampled_from(["EXPOSE 80/tcp", "USER 1:2", "USER root", "STOPSIGNAL SIGINT", "WORKDIR /w/x y"]).map(
        Line
    ),
    st.just(Line('VOLUME ["/c", "/d"]', "VOLUME /c /d")),
    st.just(Line('VOLUME ["/e f"]')),
    st.sampled_from(['ONBUILD RUN echo "hola" #x', "ONBUILD COPY a /b"]).map(
        lambda text: Line(text, lost=("buildkit",))
    ),
    st.sampled_from(SHELLS).map(lambda shell: listed("SHELL", shell)),
    ORDERS.map(lambda order: Line(f"RUN {order}")),
    st.lists(WORDS, max_size=3).map(lambda words: listed("RUN", ["true", *words])),
    broken(),
    st.sampled_from(["COPY a /x/", "COPY --chown=1:2 a b /y/", "ADD a /z"]).map(Line),
)


@st.composite
def dockerfiles(draw: st.DrawFn) -> list[Line]:
    """Una línea de cada clase, en cualquier orden, y una orden más, con el intérprete que quede en vigor."""
    lines = [draw(kind) for kind in draw(st.permutations(KINDS))]
    return [*lines, Line(f"RUN {draw(ORDERS)}")]


def expected(line: Line, writer: str) -> str:
    """Lo que dice la fila de una línea, según quién la escribe."""
    text = line.shown or line.written
    keyword = text.split()[0]
    if writer == "podman":
        return line.written if keyword == "VOLUME" else text
    return text


def same(found: str, wanted: str, writer: str) -> bool:
    """Si una fila dice lo que su línea; de un COPY clásico solo se sabe el destino."""
    if wanted.split()[0] in ("COPY", "ADD") and writer != "buildkit":
        return (
            "…" in found and found.split()[0] == wanted.split()[0] and found.split()[-1] == wanted.split()[-1]
        )
    if "--chown" in wanted:  # Docker 20.10 con BuildKit no lo guarda
        return found in (wanted, wanted.replace("--chown=1:2 ", ""))
    return found == wanted


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=dockerfiles())
def test_each_row_reads_as_its_line(builder: tuple[docker.DockerClient, str, str], lines: list[Line]) -> None:
    client, asked, writer = builder
    dockerfile = "\n".join([f"FROM {BASE}", "LABEL muelle=1", "USER root", *(line.written for line in lines)])
    found = rows(client, asked, dockerfile + "\n")[2:]
    kept = [line for line in lines if writer not in line.lost]
    if writer == "podman":
        found = [text for text in found if not text.startswith("ARG")]
    wanted = [expected(line, writer) for line in kept]
    assert len(found) == len(wanted), (dockerfile, found)
    wrong = [(text, line) for text, line in zip(found, wanted, strict=True) if not same(text, line, writer)]
    assert wrong == [], dockerfile


DOCUMENTS = """RUN <<FIN
echo uno
cat <<EOF
dos
EOF
FIN
RUN <<-"EOT" sh -e
	echo tres
EOT
RUN cat <<A >/x && cat <<B >/y
hola
A
adios
B
RUN <<EOF
#!/bin/sh
echo hola
EOF
RUN --mount=type=tmpfs,target=/m --network=none echo m
RUN --mount=type=tmpfs,target=/m ["ls", "/m"]
COPY <<F /f
contenido
F
"""


def test_documents_and_mounts(builder: tuple[docker.DockerClient, str, str]) -> None:
    """Lo que solo entiende un BuildKit reciente; Podman guarda las opciones y acorta los documentos."""
    client, asked, writer = builder
    try:
        found = rows(client, asked, f"FROM {BASE}\nLABEL muelle=1\n{DOCUMENTS}")[1:]
    except RefusedError as answer:
        assert "unknown instruction" in str(answer) or "requires BuildKit" in str(answer), answer
        pytest.xfail(f"Este constructor no entiende documentos insertados: {answer}")
    mounted = "--mount=type=tmpfs,target=/m " if writer == "podman" else ""
    assert found[4] == f"RUN {mounted}{'--network=none ' if mounted else ''}echo m"
    assert found[5] == f'RUN {mounted}["ls", "/m"]'
    if writer == "podman":
        assert found[3] == "RUN <<EOF\n#!/bin/sh\necho hola\nEOF"
        return
    assert found[0] == "RUN <<EOF1\necho uno\ncat <<EOF\ndos\nEOF\nEOF1"
    assert found[1] == 'RUN <<-"EOT" sh -e\n\techo tres\nEOT'
    assert found[2] == "RUN cat <<A >/x && cat <<B >/y\nhola\nA\nadios\nB"
    assert found[3] == "RUN <<EOF\n…\nEOF"
    assert found[6] == "COPY <<F /f\n…\nF"
