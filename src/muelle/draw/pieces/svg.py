"""Del SVG de Graphviz al que va en la página: sin colores fijos, accesible y con identificadores propios."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from muelle.draw.pieces import theme
from muelle.draw.pieces.labels import BACKSLASH
from muelle.draw.pieces.sketch import MARGIN

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_NONE = ("none", "transparent")

# Más ancho que esto no cabe en un teléfono: se conserva el tamaño y se desplaza.
NARROW = 420


def dress(raw: bytes, ident: str, title: str, description: str) -> str:
    """Prepara un SVG recién dibujado para ir dentro de una página.

    Args:
        raw: lo que dio `dot -Tsvg`.
        ident: prefijo de los identificadores, distinto en cada dibujo de una página.
        title: el nombre del dibujo; `description`, lo mismo que el dibujo en palabras.

    Returns:
        Un elemento `<svg>` completo, XML bien formado, sin declaración ni DOCTYPE.
    """
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(raw)
    for group in root.iter(f"{{{_SVG}}}g"):
        if "node" in group.attrib.get("class", "").split():
            _anchor_right(group)
    for element in root.iter():
        _soften(element)
    _tooltips(root)
    wide = width_of(root)
    fluid = f"max-width:{wide:.0f}px;width:100%" if wide <= NARROW else f"width:{wide:.0f}px;max-width:none"
    root.attrib = {
        "viewBox": root.attrib["viewBox"],
        "class": "muelle-dibujo",
        "style": f"{fluid};height:auto",
        "role": "img",
        "aria-labelledby": f"{ident}-titulo",
        "aria-describedby": f"{ident}-texto",
    }
    head = [
        _element("title", title, id=f"{ident}-titulo"),
        _element("desc", description, id=f"{ident}-texto"),
        _element("style", theme.STYLE),
    ]
    root[:0] = head
    return ET.tostring(root, encoding="unicode")


def width_of(root: ET.Element) -> float:
    """Ancho natural en píxeles: el del `viewBox`."""
    return float(root.attrib["viewBox"].split()[2])


def _element(tag: str, text: str, **attributes: str) -> ET.Element:
    element = ET.Element(f"{{{_SVG}}}{tag}", attributes)
    element.text = text
    return element


def _anchor_right(node: ET.Element) -> None:
    """Ancla por su final los textos que van pegados al borde derecho de una caja.

    Graphviz fija el comienzo de cada texto según una letra que el lector quizá no tenga.
    """
    outline = node.find(f".//{{{_SVG}}}path")
    if outline is None:
        return
    edge = max(float(x) for x in re.findall(r"(-?[\d.]+),", outline.attrib["d"]))
    for text in node.iter(f"{{{_SVG}}}text"):
        if text.attrib.get("font-family", "").endswith("derecha"):
            text.attrib["text-anchor"] = "end"
            text.attrib["x"] = f"{edge - MARGIN:g}"


def _soften(element: ET.Element) -> None:
    """Cambia los colores y las letras fijas de un elemento por clases."""
    classes = element.attrib.get("class", "").split()
    for attribute, prefix in (("fill", "f"), ("stroke", "s")):
        value = element.attrib.get(attribute)
        if value is not None and value not in _NONE:
            del element.attrib[attribute]
            classes.append(f"{prefix}-{theme.CLASS_OF.get(value, 'texto')}")
    if element.tag == f"{{{_SVG}}}text":
        if element.attrib.pop("font-family", "").startswith("Courier"):
            classes.append("mono")
        if not any(name.startswith("f-") for name in classes):
            classes.append("f-texto")
    element.attrib.pop("id", None)
    if classes:
        element.attrib["class"] = " ".join(classes)


def _tooltips(root: ET.Element) -> None:
    """Quita los títulos de Graphviz (`n0`) y convierte sus enlaces sin destino en títulos de SVG."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}title":
                parent.remove(child)
    for link in list(root.iter(f"{{{_SVG}}}a")):
        text = link.attrib.pop(f"{{{_XLINK}}}title", "")
        link.tag = f"{{{_SVG}}}g"
        if text:
            link.insert(0, _element("title", text.replace(BACKSLASH, "\\")))
