"""Las directivas del libro, por dentro y en un libro diminuto construido sin ejecutar nada."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "site" / "ext"))

from docutils.statemachine import StringList  # noqa: E402
from jupyter_book.sphinx import build_sphinx  # noqa: E402

import afirmacion  # noqa: E402
import ficha  # noqa: E402
import prediccion  # noqa: E402
import publicacion  # noqa: E402


def test_card_keeps_colons_and_joins_lines() -> None:
    """Un «:» en un objetivo no lo rompe, y una línea sangrada sigue a la anterior."""
    card = ficha.read(
        [
            "objetivos:",
            "  - Nombrar dos piezas: cliente y",
            "    demonio.",
            "  - Ver.",
            "tiempo: 30",
            "necesitas:",
        ]
    )
    assert card == {
        "objetivos": ["Nombrar dos piezas: cliente y demonio.", "Ver."],
        "tiempo": ["30"],
        "necesitas": [],
    }


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["objetivos:", "  - Ver."], "objetivos y tiempo"),
        (["tiempo: 30"], "objetivos y tiempo"),
        (["objetivos:", "  - Ver.", "tiempo: media hora"], "minutos"),
        (["objetivos:", "  - Ver.", "tiempo: 3", "nivel: alto"], "«nivel: alto»"),
        (["- Ver."], "«- Ver.»"),
    ],
)
def test_bad_card_says_why(lines: list[str], said: str) -> None:
    """Una ficha mal escrita se rechaza con una frase que lo explica."""
    with pytest.raises(ValueError, match=re.escape(said)):
        ficha.read(lines)


def test_prediction_splits_once() -> None:
    """La respuesta empieza en el primer `---`; los demás son suyos."""
    question, answer = prediccion.split(StringList(["¿Cuántas?", "", "---", "Dos.", "---", "Y más."]))
    assert list(question) == ["¿Cuántas?", ""]
    assert list(answer) == ["Dos.", "---", "Y más."]


def test_prediction_without_answer() -> None:
    """Sin `---` todo es pregunta."""
    question, answer = prediccion.split(StringList(["¿Cuántas?"]))
    assert list(question) == ["¿Cuántas?"]
    assert not answer


def test_claims_are_collected_with_their_line() -> None:
    """Cada afirmación sale con su identificador, su frase y su línea; entre comillas dobles caben simples."""
    first, second = (
        "{afirmacion}`CMD no añade capas <cmd-sin-capa>`",
        "{afirmacion}``Es `HEAD /_ping`\nprimero <ping>``",
    )
    text = f"Uno.\n\n{first}.\n{second}\n"
    assert afirmacion.claims(text) == [
        afirmacion.Claim("cmd-sin-capa", "CMD no añade capas", 3),
        afirmacion.Claim("ping", "Es `HEAD /_ping` primero", 4),
    ]


def test_claim_without_check_is_rejected() -> None:
    """Una afirmación sin identificador es un error."""
    with pytest.raises(ValueError, match="le falta el <identificador>"):
        afirmacion.claims("{afirmacion}`CMD no añade capas`")


PAGE = """# Prueba

```{{ficha}}
objetivos:
  - Ver `docker ps`.
tiempo: 5
```

Texto con {{afirmacion}}``la orden `ps` pregunta <ps-pregunta>``.

```{{prediccion}}
¿Cuántas?

---

Dos.
```

```{{orden}}
:carpeta: DOCKERFILE
docker build -t x .

---

Con *BuildKit*.
```

```{{apunte}} Apunte: cajas
+--<&>--+
```

{extra}
"""


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Una función que construye un libro de una página con la configuración del curso, sin ejecutar."""
    exercises = tmp_path / "ejercicios" / "grupo" / "mira"
    exercises.mkdir(parents=True)
    (exercises / "exercise.json").write_text(
        '{"order": 1, "chapter": "x", "title": "Mira bien", "kind": "state", "minutes": 7,'
        ' "misconceptions": [], "hints": ["PISTA SECRETA"], "lesson": "LECCIÓN SECRETA"}',
        encoding="utf-8",
    )
    (exercises / "enunciado.md").write_text("Busca la **capa**.", encoding="utf-8")
    (exercises / "solution.py").write_text("SOLUCIÓN SECRETA", encoding="utf-8")
    monkeypatch.setenv("MUELLE_EJERCICIOS", str(exercises.parents[1]))
    redirects = tmp_path / "redirecciones.yml"  # las del curso llevan a páginas que aquí no están
    redirects.write_text("{}", encoding="utf-8")
    monkeypatch.setattr(publicacion, "REDIRECTS", redirects)

    def run(extra: str = "") -> tuple[int, str, str]:
        book = tmp_path / "libro"
        (book / "book").mkdir(parents=True, exist_ok=True)
        if not (book / "site").exists():
            (book / "site").symlink_to(ROOT / "site")
        (book / "_toc.yml").write_text("format: jb-book\nroot: book/prueba\n", encoding="utf-8")
        (book / "_config.yml").write_text((ROOT / "_config.yml").read_text("utf-8"), encoding="utf-8")
        (book / "book" / "prueba.md").write_text(PAGE.format(extra=extra), encoding="utf-8")
        status = build_sphinx(
            book,
            tmp_path / "html",
            path_config=book / "_config.yml",
            noconfig=True,
            confoverrides={"nb_execution_mode": "off", "nitpicky": True, "latex_individualpages": False},
            warningiserror=True,
            keep_going=True,
            quiet=True,
        )
        page = tmp_path / "html" / "book" / "prueba.html"
        text = page.read_text("utf-8") if page.is_file() else ""
        return (status if isinstance(status, int) else 1), text, capsys.readouterr().err

    return run


def test_the_table_of_chapters_counts_by_itself(build) -> None:
    status, page, said = build("```{capitulos}\nprueba: ¿Qué pasa? | Algo\n```")
    assert status == 0, said
    row = re.search(r"<tr[^>]*><td><p><a[^>]*>.*?</tr>", page.replace("\n", ""))
    assert row, page
    cells = re.findall(r"<td><p>(.*?)</p></td>", row[0])
    assert cells[1:] == ["5", "0", "¿Qué pasa?", "Algo"]


@pytest.mark.parametrize("body", ["", "prueba: ¿Qué? | Algo\nsobra: ¿Qué? | Algo"])
def test_a_chapter_missing_in_the_table_or_in_the_index_is_said(build, body: str) -> None:
    status, _, said = build(f"```{{capitulos}}\n{body}\n```")
    assert status != 0
    assert "no cuadra con el índice" in said


def test_page_has_every_box(build) -> None:
    """La ficha, la predicción, el apunte, la afirmación y el ejercicio salen con lo suyo."""
    status, page, said = build("```{ejercicio} mira\n```")
    assert status == 0, said
    assert "Unos 5 minutos" in page
    assert re.search(
        r'<details class="muelle-prediccion[^>]* open="open">\s*<summary>Predice</summary>', page
    )
    assert re.search(r"<summary>Compara con tu predicción</summary>\s*<p>Dos.</p>", page)
    assert re.search(r'<pre class="muelle-apunte-dibujo"[^>]*>\+--&lt;&amp;&gt;--\+</pre>', page)
    assert re.search(
        r'data-comprobacion="ps-pregunta"[^>]*>la orden <code[^>]*>.*?ps.*?</code> pregunta</span>', page
    )
    assert re.search(r'<details class="muelle-orden[^>]*>\s*<summary>Con la orden docker</summary>', page)
    assert "En una carpeta con ese Dockerfile" in page
    assert "Con <em>BuildKit</em>" in page
    assert "Mira bien" in page
    assert "Unos 7 minutos · Estado del motor" in page
    assert "Busca la <strong>capa</strong>" in page


def test_exercise_box_keeps_secrets(build) -> None:
    """De un ejercicio solo sale el enunciado: ni pistas, ni lección, ni solución."""
    _, page, _ = build("```{ejercicio} mira\n```")
    assert "Busca la" in page
    assert "SECRETA" not in page


def test_page_without_execution_says_so(build) -> None:
    """Si no se ejecutó nada, la página lo dice."""
    _, page, _ = build()
    assert "no se ejecutó ninguna celda" in page


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("```{ejercicio} no-existe\n```", "no-existe"),
        ("```{ficha}\ntiempo: 3\n```", "objetivos y tiempo"),
        ("{afirmacion}`sin comprobación`", "le falta el &lt;identificador&gt;|le falta el <identificador>"),
        ("{afirmacion}`las filas <none> no son daño <filas-sin-nombre>`", "hay HTML"),
        ("```{prediccion}\n```", "prediccion"),
        ("{term}`palabra que no está`", "palabra que no está"),
    ],
)
def test_a_mistake_stops_the_strict_build(build, extra: str, said: str) -> None:
    """Un error en una página hace fallar la construcción estricta y se nombra."""
    status, _, errors = build(extra)
    assert status != 0
    assert re.search(said, errors)


def test_glossary_words_say_what_they_mean(build) -> None:
    """Un enlace al glosario lleva la definición."""
    status, page, said = build("{term}`capa`\n\n:::{glossary}\ncapa\n  Un tar de cambios.\n:::")
    assert status == 0, said
    assert 'title="Un tar de cambios."' in page


def test_short_code_and_units_stay_together(build) -> None:
    """Un código breve y una cifra con su unidad no se parten; un bloque de código sale tal cual."""
    long = "docker run --rm muelle/base saludo"
    status, page, said = build(f"`sin -d`, `{long}`, 4 MB.\n\n```text\ncount 4 MB\n```")
    assert status == 0, said
    code = {text: names for names, text in re.findall(r'<code class="([^"]*)">(.*?)</code>', page)}
    plain = {re.sub("<[^>]+>", "", text): names for text, names in code.items()}
    assert "muelle-junto" in plain["sin -d"]
    assert "muelle-junto" not in plain[long]
    assert "4\u00a0MB." in page
    assert "count 4 MB" in page


def test_configuration_is_valid() -> None:
    """La configuración cumple el esquema de Jupyter Book y no nombra otros servidores."""
    from jupyter_book.config import validate_yaml

    text = (ROOT / "_config.yml").read_text("utf-8")
    validate_yaml(yaml.safe_load(text), raise_on_errors=True)
    assert not re.findall(r"^\s*[^#\s].*https?://", text, flags=re.MULTILINE)
