"""Los anillos: descifrar lo que dice el núcleo, cuánto cierra cada uno y su dibujo."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from muelle import draw
from muelle.errors import MuelleError
from muelle.model.rings import CAPABILITIES, Confined, Shut, capabilities, mapped
from muelle.sources.rings import read

DEFAULT = ("CHOWN", "DAC_OVERRIDE", "FOWNER")
LOOSE = Confined("muelle-suelto", "sleep 600", 0, 0, CAPABILITIES, 41, False, False, False, 0)
TIGHT = Confined("muelle-apretado", "servir 8080", 1000, 101000, (), 41, True, True, True, 10)

STATUS = """\
Name:\tsleep
Uid:\t1000\t1000\t1000\t1000
CapEff:\t0000000000000009
NoNewPrivs:\t1
Seccomp:\t2
Seccomp_filters:\t1

         0     165536      65536

40
"""


def test_a_mask_is_read_bit_by_bit() -> None:
    assert capabilities("0000000000000000") == ()
    assert capabilities("0000000000000009") == ("CHOWN", "FOWNER")
    assert capabilities("000001ffffffffff") == CAPABILITIES
    assert capabilities("0000020000000000") == ("la 41",)
    assert CAPABILITIES.index("SYS_ADMIN") == 21 and CAPABILITIES.index("SETFCAP") == 31


@pytest.mark.parametrize("told", ["", STATUS[:40], STATUS.rpartition("\n\n")[0], STATUS.removesuffix("40\n")])
def test_an_answer_cut_short_is_one_sentence(told: str) -> None:
    """Podman puede quitar el contenedor antes de dar toda su salida."""
    with pytest.raises(MuelleError, match="a medias"):
        read({"Name": "/web", "Path": "sleep"}, told)


def test_who_can_no_longer_win_more_is_told_apart() -> None:
    assert [each.rings[2].notes[1] for each in (LOOSE, TIGHT)] == ["podría ganar más", "y no ganará más"]


@pytest.mark.parametrize(
    ("user", "table", "outside"),
    [
        (0, "         0          0 4294967295", 0),
        (0, "0 1000 1\n1 100000 65536", 1000),
        (33, "0 1000 1\n1 100000 65536", 100032),
        (65537, "0 1000 1\n1 100000 65536", None),
        (0, "", None),
    ],
)
def test_who_is_who_outside(user: int, table: str, outside: int | None) -> None:
    assert mapped(user, table) == outside


def test_what_the_kernel_and_the_engine_say_is_read() -> None:
    host = {"ReadonlyRootfs": True, "MaskedPaths": ["/proc/keys", "/proc/kcore"]}
    found = read({"Name": "/web", "Path": "sleep", "Args": ["600"], "HostConfig": host}, STATUS)
    held = ("CHOWN", "FOWNER")
    assert found == Confined("web", "sleep 600", 1000, 166536, held, 41, True, True, True, 2)
    silent = read({"Name": "/web", "Path": "sleep"}, STATUS)
    assert (silent.covered, silent.read_only) == (None, False)


def test_each_ring_says_how_shut_it_is() -> None:
    assert [ring.shut for ring in LOOSE.rings] == [Shut.OPEN] * 4
    assert [ring.shut for ring in TIGHT.rings] == [Shut.CLOSED] * 4
    usual = replace(LOOSE, held=DEFAULT, filtered=True, covered=10)
    assert [ring.shut for ring in usual.rings] == [Shut.HALF, Shut.CLOSED, Shut.HALF, Shut.OPEN]
    assert replace(LOOSE, outside=1000).rings[3].shut is Shut.HALF
    assert replace(LOOSE, covered=None).rings[0].notes[1] == "no dice qué tapa"


def test_the_picture_and_its_text_say_the_same() -> None:
    picture = draw.rings([LOOSE, TIGHT])
    drawn = " ".join(text for text in ET.fromstring(picture.svg()).itertext())
    for word in ("muelle-suelto", "muelle-apretado", "sin filtro", "ninguna de 41", "41 de 41", "el 1000"):
        assert word in picture.plain() and word in drawn
    assert "Usuario, cerrado: el 1000; fuera, el 101000" in picture.plain()
    assert "Capacidades, abierto: 41 de 41" in picture.plain()


def test_two_fit_a_phone_and_more_go_below() -> None:
    def size(count: int) -> tuple[float, float]:
        svg = ET.fromstring(draw.rings([replace(TIGHT, name=f"uno-{n}") for n in range(count)]).svg())
        _, _, wide, tall = (float(number) for number in svg.attrib["viewBox"].split())
        return wide, tall

    (wide, tall), (same, taller) = size(2), size(3)
    assert wide < 360 and same == pytest.approx(wide, abs=1) and taller > 1.8 * tall


def test_hostile_names_still_fit() -> None:
    odd = replace(TIGHT, name="muelle-" + "ñ<&>" * 60, command='"><script>' * 50)
    ET.fromstring(draw.rings([odd, LOOSE]).svg())
