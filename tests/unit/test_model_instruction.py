"""De `CreatedBy` a la instrucción: lo que escribe cada constructor."""

from collections.abc import Callable

import pytest

from growth import MOST, growth
from muelle.model import is_metadata, parse

HASH = "73e2b2d48642b21b357384b0cb81c1869cc5e0c48a00f61553756196058304b9"

CASES = [
    # constructor clásico
    ('/bin/sh -c #(nop)  CMD ["/bin/sh" "/app/hola.sh"]', 'CMD ["/bin/sh", "/app/hola.sh"]'),
    ("/bin/sh -c #(nop)  ENV SALUDO=hola", "ENV SALUDO=hola"),
    (f"/bin/sh -c #(nop) COPY file:{HASH} in /bin/busybox ", "COPY … /bin/busybox"),
    (f"/bin/sh -c #(nop) COPY --chown=1:1 dir:{HASH} in /con espacio ", "COPY --chown=1:1 … /con espacio"),
    (f"/bin/sh -c #(nop) ADD file:{HASH} in / ", "ADD … /"),
    ("/bin/sh -c #(nop) WORKDIR /app", "WORKDIR /app"),
    ("/bin/sh -c #(nop)  VOLUME [/datos /otros]", "VOLUME /datos /otros"),
    ("/bin/sh -c #(nop)  EXPOSE 8080", "EXPOSE 8080"),
    ("/bin/sh -c #(nop)  EXPOSE map[53/udp:{} 80/tcp:{}]", "EXPOSE 53/udp 80/tcp"),
    ("/bin/sh -c #(nop)  ONBUILD RUN echo", "ONBUILD RUN echo"),
    ("/bin/sh -c #(nop)  STOPSIGNAL SIGINT", "STOPSIGNAL SIGINT"),
    ("/bin/sh -c true", "RUN true"),
    ("/bin/busybox --install -s /bin", 'RUN ["/bin/busybox", "--install", "-s", "/bin"]'),
    ("|1 VERSION=1.2 /bin/sh -c echo $VERSION", "RUN echo $VERSION"),
    ("|2 A=con espacio B=2 /bin/sh -c echo $A", "RUN echo $A"),
    ("|1 A=1 /bin/ls /", 'RUN ["/bin/ls", "/"]'),
    ("/bin/bash -o pipefail -c echo", "RUN /bin/bash -o pipefail -c echo"),
    ("cmd /S /C #(nop)  ENV A=1", "ENV A=1"),
    ('/bin/sh -c #(nop)  CMD ["a \\"b\\"" "c"]', 'CMD ["a \\"b\\"", "c"]'),
    ("/bin/sh -c #(nop)  CMD []", "CMD []"),
    (
        '/bin/sh -c #(nop)  HEALTHCHECK &{["CMD-SHELL" "wget -q localhost"] "30s" "3s" "0s" \'\\x00\'}',
        "HEALTHCHECK --interval=30s --timeout=3s CMD wget -q localhost",
    ),
    ('/bin/sh -c #(nop)  HEALTHCHECK &{["NONE"] "0s" "0s" "0s" \'\\x00\'}', "HEALTHCHECK NONE"),
    # BuildKit
    ("COPY busybox /bin/busybox # buildkit", "COPY busybox /bin/busybox"),
    ("RUN /bin/sh -c apk add curl # buildkit", "RUN apk add curl"),
    ("RUN |1 A=b /bin/sh -c echo $A # buildkit", "RUN echo $A"),
    (
        "RUN /bin/busybox --install -s /bin # buildkit",
        'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
    ),
    ("RUN /bin/sh -c echo uno\necho dos\n # buildkit", "RUN <<EOF\necho uno\necho dos\nEOF"),
    ("EXPOSE map[8080/tcp:{}]", "EXPOSE 8080/tcp"),
    ("WORKDIR /app", "WORKDIR /app"),
    ('CMD ["x"]', 'CMD ["x"]'),
    ("ENV A=# buildkit no es el final", 'ENV A="# buildkit no es el final"'),
    (
        'HEALTHCHECK &{["CMD" "/sano" "-q"] "5s" "0s" "0s" "1s" \'\\x03\'}',
        'HEALTHCHECK --interval=5s --start-interval=1s --retries=3 CMD ["/sano", "-q"]',
    ),
    # Podman
    ('/bin/sh -c #(nop) CMD ["/bin/sh","/app/hola.sh"]', 'CMD ["/bin/sh", "/app/hola.sh"]'),
    (
        '/bin/sh -c ["/bin/busybox","--install","-s","/bin"]',
        'RUN ["/bin/busybox", "--install", "-s", "/bin"]',
    ),
    ("/bin/sh -c #(nop) ENV A=1 |FROM docker.io/library/x:1", "ENV A=1"),
    ("/bin/sh -c echo |FROM localhost/base:latest", "RUN echo"),
]


@pytest.mark.parametrize(("created_by", "text"), CASES)
def test_text_as_written(created_by: str, text: str) -> None:
    keyword, found = parse(created_by)
    assert found == text
    assert keyword == text.split()[0]


@pytest.mark.parametrize(
    ("created_by", "comment", "text"),
    [
        ("", "Imported from -", "Imported from -"),
        ("", "", ""),
        (
            "# debian.sh --arch 'amd64' out/ 'bookworm'",
            "debuerreotype 0.15",
            "debian.sh --arch 'amd64' out/ 'bookworm'",
        ),
        ("/bin/sh -c #(nop)  RARO x", "", "RARO x"),
    ],
)
def test_unknown_rows_are_not_given_an_instruction(created_by: str, comment: str, text: str) -> None:
    assert parse(created_by, comment) == ("?", text)


def test_long_hostile_text_is_kept_and_quick() -> None:
    command = 'echo "<á>&\u202e👩‍🚀"' * 400
    assert parse(f"/bin/sh -c {command}") == ("RUN", f"RUN {command}")
    assert parse('HEALTHCHECK &{["' + "\\" * 50_000)[0] == "HEALTHCHECK"


def test_metadata_never_makes_a_layer() -> None:
    for text in ("/bin/sh -c #(nop)  LABEL a=b", "/bin/sh -c #(nop) CMD x", "USER 1", "MAINTAINER x"):
        assert is_metadata(text)
    for text in (
        "/bin/sh -c ENV",
        "WORKDIR /x",
        "RUN /bin/sh -c true # buildkit",
        "",
        "COPY a b",
        "sh -c CMD",
    ):
        assert not is_metadata(text)


@pytest.mark.parametrize(
    "row",
    [
        lambda n: f"RUN a{' ' * n}x",
        lambda n: f'CMD ["{chr(92)}"' + '\\"' * n + "]",
        lambda n: "HEALTHCHECK &{[" + "] '" * n,
        lambda n: "RUN " + "| FROM " * n,
        lambda n: "COPY " + "--a " * n,
    ],
    ids=["espacios", "comillas", "health", "barras", "opciones"],
)
def test_a_row_made_to_be_slow_takes_linear_work(row: Callable[[int], str]) -> None:
    """Las filas son de quien hizo la imagen: leer una no puede costar el cuadrado de lo que ocupa."""
    assert growth(row, parse, 20_000) < MOST
    keyword, text = parse(row(20_000))
    assert text.startswith(keyword) and keyword == row(1).split()[0]


def test_a_list_that_is_not_one_is_left_as_it_is() -> None:
    for text in ('["a", b]', '["a]', '[a "b"]', '["a" | "b"]'):
        assert parse(f"CMD {text}") == ("CMD", f"CMD {text}")
