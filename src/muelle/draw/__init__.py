"""Del modelo al dibujo: diagramas de Graphviz con un texto alternativo hecho de los mismos datos."""

from __future__ import annotations

from .architecture import architecture
from .build import build
from .container import containers
from .contents import contents
from .conversation import conversation
from .diagram import Diagram
from .image import image
from .images import images
from .legend import legend
from .lifecycle import lifecycle

__all__ = [
    "Diagram",
    "architecture",
    "build",
    "containers",
    "contents",
    "conversation",
    "image",
    "images",
    "legend",
    "lifecycle",
]
