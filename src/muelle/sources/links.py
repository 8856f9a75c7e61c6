"""Los enlaces simbólicos de una capa: dónde acaba una ruta que pasa por ellos."""

from __future__ import annotations

from muelle.errors import BadArchive

from .budget import Budget
from .limits import MAX_LINKS


def follow(path: str, symlinks: dict[str, str], budget: Budget, what: str) -> str:
    """Dónde acaba la carpeta `path` andando por unos enlaces simbólicos, sin salir de la raíz.

    Raises:
        BadArchive: si van en círculo.
    """
    folders: list[str] = []
    pending = path.split("/")[::-1]
    followed = 0
    while pending:
        budget.walk(1)
        part = pending.pop()
        if part == "..":
            del folders[-1:]
        elif part not in ("", "."):
            folders.append(part)
            at = "/".join(folders)
            budget.walk(len(at) >> 6)
            link = symlinks.get(at)
            if link is not None:
                followed += 1
                if followed > MAX_LINKS:
                    raise BadArchive(f"En {what} hay enlaces en círculo: está dañado.")
                del folders[0 if link.startswith("/") else -1 :]
                pending += link.split("/")[::-1]
                budget.walk(len(link) >> 3)
    return "/".join(folders)
