"""El modelo: imagen, capas, instrucciones, árbol de archivos y contenedor. Sin motor y sin E/S."""

from .container import Container
from .history import (
    Row,
    assign_layers,
    by_config,
    by_flags,
    by_parents,
    by_sizes,
    by_sizes_and_zero,
    instructions,
)
from .identity import EMPTY_LAYER, chain_ids, familiar, familiar_names, is_base
from .image import Contents, Image, Instruction, Layer, Rule, short_id
from .instruction import KEYWORDS, METADATA, is_metadata, parse
from .stack import FileSystem, Wasted, changes, stack, wasted
from .tree import Change, Entry, FileType, LayerChange, LayerFiles

__all__ = [
    "EMPTY_LAYER",
    "KEYWORDS",
    "METADATA",
    "Change",
    "Container",
    "Contents",
    "Entry",
    "FileSystem",
    "FileType",
    "Image",
    "Instruction",
    "Layer",
    "LayerChange",
    "LayerFiles",
    "Row",
    "Rule",
    "Wasted",
    "assign_layers",
    "by_config",
    "by_flags",
    "by_parents",
    "by_sizes",
    "by_sizes_and_zero",
    "chain_ids",
    "changes",
    "familiar",
    "familiar_names",
    "instructions",
    "is_base",
    "is_metadata",
    "parse",
    "short_id",
    "stack",
    "wasted",
]
