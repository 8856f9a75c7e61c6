"""Los colores y su hoja de estilo: una paleta clara y otra oscura, con contraste AA en las dos.

En DOT cada color es un valor de la paleta clara (así el PNG sale en color). En el SVG ese valor
se cambia por una clase CSS, y la página decide: claro u oscuro, en el libro, en JupyterLab,
en VS Code o, si nadie lo dice, según las preferencias del lector.
"""

from __future__ import annotations

# nombre: (claro, oscuro). Ningún valor claro se repite: de él se deduce la clase.
PALETTE: dict[str, tuple[str, str]] = {
    "papel": ("#ffffff", "#14181e"),
    "texto": ("#1c2430", "#e8ebf0"),
    "suave": ("#4a5563", "#b3bcc8"),
    "linea": ("#6a7686", "#8f9bab"),
    "anfitrion-fondo": ("#f5f7f9", "#1b2129"),
    "anfitrion-borde": ("#76838f", "#76828f"),
    "cliente-fondo": ("#e6effd", "#172a45"),
    "cliente-borde": ("#2f66c4", "#7fb1f5"),
    "api-fondo": ("#fdf2d4", "#382b10"),
    "api-borde": ("#a2620c", "#e6b352"),
    "demonio-fondo": ("#e1f3ea", "#133124"),
    "demonio-borde": ("#1b7a52", "#63c79b"),
    "registro-fondo": ("#e0f2f4", "#0f3138"),
    "registro-borde": ("#15727f", "#5fc3d1"),
    "red-fondo": ("#eef3d9", "#272e12"),
    "red-borde": ("#5c7012", "#b4cc5c"),
    "motor-fondo": ("#eeeafa", "#282040"),
    "motor-borde": ("#6a50b8", "#b6a0ef"),
    "capa-fondo": ("#e3eef7", "#182f3e"),
    "capa-borde": ("#2d6a94", "#78b3da"),
    "capa-base-fondo": ("#dbe2ea", "#27323e"),
    "capa-base-borde": ("#4b5d72", "#a0b2c6"),
    "capa-vacia-fondo": ("#fdfdfe", "#171c23"),
    "capa-vacia-borde": ("#5b6d80", "#93a3b4"),
    "metadatos-fondo": ("#fefefe", "#15191f"),
    "metadatos-borde": ("#7d8794", "#7f8a97"),
    "escritura-fondo": ("#fdeadc", "#40250f"),
    "escritura-borde": ("#b2480f", "#fb9d5f"),
    "anillo-fondo": ("#e4e8f8", "#1d2544"),
    "anillo-borde": ("#4053a8", "#98a8ee"),
    "volumen-fondo": ("#f1efd6", "#2f2d12"),
    "volumen-borde": ("#6f6710", "#c9bd55"),
    "proceso-fondo": ("#f9e7f0", "#3b1a2b"),
    "proceso-borde": ("#a62c6c", "#ee8dbd"),
    "anadido": ("#136c3e", "#6fd19b"),
    "cambiado": ("#855500", "#e9b955"),
    "borrado": ("#b0271f", "#ff9b92"),
    "opaco": ("#6d3ca2", "#c9a4f5"),
    "barra-fondo": ("#c3d2df", "#33485a"),
}

CLASS_OF = {light: name for name, (light, _) in PALETTE.items()}


def color(name: str) -> str:
    """El valor claro de un color de la paleta, para escribirlo en DOT."""
    return PALETTE[name][0]


def fill(role: str) -> str:
    """Color de fondo de un papel (`cliente`, `capa`, `metadatos`…)."""
    return color(f"{role}-fondo")


def border(role: str) -> str:
    """Color de borde de un papel."""
    return color(f"{role}-borde")


def _variables(column: int) -> str:
    return "".join(f"--mu-{name}:{values[column]};" for name, values in PALETTE.items())


def _style_sheet() -> str:
    light, dark = _variables(0), _variables(1)
    it = ".muelle-dibujo"
    says_light = ('html[data-theme="light"]', 'body[data-jp-theme-light="true"]', "body.vscode-light")
    says_dark = ('html[data-theme="dark"]', 'body[data-jp-theme-light="false"]', "body.vscode-dark")
    rules = [
        f"{it}{{{light}background:var(--mu-papel);border-radius:8px}}",
        f"@media (prefers-color-scheme:dark){{{it}{{{dark}}}}}",
        ",".join(f"{host} {it}" for host in says_light) + f"{{{light}}}",
        ",".join(f"{host} {it}" for host in says_dark) + f"{{{dark}}}",
        f"@media print{{html {it}.muelle-dibujo{{{light}}}}}",
        f'{it} text{{direction:ltr;font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",'
        "Arial,sans-serif}",
        f'{it} text.mono{{font-family:ui-monospace,"SFMono-Regular",Menlo,"DejaVu Sans Mono",Consolas,'
        '"Liberation Mono",monospace}',
    ]
    for name in PALETTE:
        rules.append(f"{it} .f-{name}{{fill:var(--mu-{name})}}{it} .s-{name}{{stroke:var(--mu-{name})}}")
    return "".join(rules)


STYLE = _style_sheet()
