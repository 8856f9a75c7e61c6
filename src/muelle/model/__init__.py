"""El modelo: imagen, capas, instrucciones, árbol de archivos y contenedor. Sin motor y sin E/S."""

from .container import Container
from .effects import Wasted, changes, differences, each_change, wasted
from .entries import Entries, LayerFiles
from .filesystem import FileSystem, stack
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
from .identity import (
    EMPTY_LAYER,
    chain_ids,
    familiar,
    familiar_names,
    familiar_tags,
    is_base,
    names,
    tagged,
    with_short_digest,
)
from .image import Contents, Image, Instruction, Layer, Rule, is_platform, platform, short_id
from .instruction import KEYWORDS, METADATA, Known, is_metadata, keywords, parse, read_history
from .naming import Reference, reference
from .sharing import called, saved, saved_blobs
from .tree import Change, Entry, FileType, LayerChange

__all__ = [
    "EMPTY_LAYER",
    "KEYWORDS",
    "METADATA",
    "Change",
    "Container",
    "Contents",
    "Entries",
    "Entry",
    "FileSystem",
    "FileType",
    "Image",
    "Instruction",
    "Known",
    "Layer",
    "LayerChange",
    "LayerFiles",
    "Reference",
    "Row",
    "Rule",
    "Wasted",
    "assign_layers",
    "by_config",
    "by_flags",
    "by_parents",
    "by_sizes",
    "by_sizes_and_zero",
    "called",
    "chain_ids",
    "changes",
    "differences",
    "each_change",
    "familiar",
    "familiar_names",
    "familiar_tags",
    "instructions",
    "is_base",
    "is_metadata",
    "is_platform",
    "keywords",
    "names",
    "parse",
    "platform",
    "read_history",
    "reference",
    "saved",
    "saved_blobs",
    "short_id",
    "stack",
    "tagged",
    "wasted",
    "with_short_digest",
]
