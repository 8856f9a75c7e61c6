"""El contexto actual de la orden `docker`, leído de sus archivos.

El SDK tiene un lector propio, pero exige los tres archivos TLS a la vez y calcula el contexto `default`
al importarse; aquí basta con leer dos JSON (formato: docs.docker.com/engine/manage-resources/contexts/).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muelle.engine.endpoint import Discarded, Endpoint, Tls


def current(environment: Mapping[str, str] | None = None) -> Endpoint | Discarded | None:
    """El motor al que apunta la orden `docker` sin más.

    Args:
        environment: las variables de entorno; por defecto, las del proceso.

    Returns:
        None si el contexto es `default` (un socket conocido como los demás);
        `Discarded` si está nombrado pero no se puede leer.
    """
    variables = os.environ if environment is None else environment
    folder = Path(variables.get("DOCKER_CONFIG") or Path.home() / ".docker")
    name = variables.get("DOCKER_CONTEXT") or _configured(folder / "config.json")
    if not name or name == "default":
        return None
    chosen = " (lo eligió la variable DOCKER_CONTEXT)" if variables.get("DOCKER_CONTEXT") else ""
    origin = f"el contexto «{name}» de la orden docker{chosen}"
    key = hashlib.sha256(name.encode()).hexdigest()
    data = _read(folder / "contexts" / "meta" / key / "meta.json")
    endpoints = data.get("Endpoints") if data else None
    docker = endpoints.get("docker") if isinstance(endpoints, dict) else None
    host = docker.get("Host") if isinstance(docker, dict) else None
    if not isinstance(docker, dict) or not isinstance(host, str) or not host:
        return Discarded(
            url="", origin=origin, reason=f"El contexto «{name}» está elegido, pero no existe o está dañado."
        )
    skip = bool(docker.get("SkipTLSVerify"))
    return Endpoint(url=host, origin=origin, tls=_tls(folder / "contexts" / "tls" / key / "docker", skip))


def _configured(config: Path) -> str | None:
    name = (_read(config) or {}).get("currentContext")
    return name if isinstance(name, str) else None


def _read(file: Path) -> dict[str, Any] | None:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None


def _tls(folder: Path, skip: bool) -> Tls | None:
    found = {
        name: str(folder / f"{name}.pem")
        for name in ("ca", "cert", "key")
        if (folder / f"{name}.pem").is_file()
    }
    if not found:
        return None
    return Tls(ca=found.get("ca"), cert=found.get("cert"), key=found.get("key"), verify=not skip)
