"""Encontrar un motor: el elegido, el de la orden `docker`, los sockets conocidos o el privado."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from muelle.engine import private
from muelle.engine.endpoint import Discarded, Endpoint, Tls
from muelle.engine.private.folders import folder
from muelle.engine.probe import probe
from muelle.engine.search import contexts, sockets
from muelle.errors import EngineDenied, EngineUnavailable, MissingTool, MuelleError
from muelle.faults.table import HOW_TO_START

PRIVATE = "privado"
"""Valor de MUELLE_ENGINE que pide el motor privado sin mirar los demás."""


FROM_CLASS = "MUELLE_CLASE"
"""Variable en la que `clase` dice qué DOCKER_HOST puso ella: de ese no tiene la culpa nadie."""


def find(start: bool = True, progress: Callable[[str], None] | None = None) -> Endpoint:
    """El motor con el que trabaja el curso: el primero que responde.

    El orden: `MUELLE_ENGINE` o `DOCKER_HOST` · el contexto de la orden `docker` · los sockets conocidos ·
    el motor privado, que se arranca si hace falta. Lo elegido con una variable no se cambia por otro:
    si no responde, es un error.

    Args:
        start: si se puede arrancar el motor privado.
        progress: recibe frases mientras se prepara algo.

    Returns:
        El motor elegido, con lo que se descartó por el camino.

    Raises:
        EngineUnavailable: no responde ninguno, o no responde el elegido.
        EngineDenied: el único que hay no deja entrar a este usuario.
    """
    chosen = explicit()
    if chosen is not None and not chosen.private:
        try:
            probe(chosen)
        except EngineUnavailable as error:
            raise _blaming(error, chosen) from error
        return chosen
    discarded: list[Discarded] = []
    if chosen is None:
        for candidate in candidates():
            if isinstance(candidate, Discarded):
                discarded.append(candidate)
                continue
            reason = refusal(candidate)
            if reason is None:
                return _with(candidate, discarded)
            discarded.append(reason)
    running = private.running()
    if running is not None:
        return _with(running, discarded)
    if not start:
        raise _none_left(
            discarded, EngineUnavailable("No hay ningún motor en marcha: escribe `./curso motor arrancar`.")
        )
    try:
        return _with(private.start(progress=progress), discarded)
    except (EngineUnavailable, MissingTool) as exc:
        raise _none_left(discarded, exc) from exc


def explicit(environment: Mapping[str, str] | None = None) -> Endpoint | None:
    """El motor elegido con una variable, sin preguntarle; None si no se eligió ninguno.

    Raises:
        EngineUnavailable: si el valor no es una dirección.
    """
    variables = os.environ if environment is None else environment
    for name in ("MUELLE_ENGINE", "DOCKER_HOST"):
        value = variables.get(name, "").strip()
        if not value:
            continue
        given = value == variables.get(FROM_CLASS)
        origin = "el motor con el que se abrió la clase" if given else f"la variable {name}"
        # `clase` da DOCKER_HOST a la terminal de JupyterLab: si es el motor privado, se trata como tal y,
        # si murió, se arranca otra vez.
        if (name == "MUELLE_ENGINE" and value == PRIVATE) or value == folder().url:
            return Endpoint(url="", origin=origin, private=True)
        if "://" not in value:
            raise EngineUnavailable(
                f"La variable {name} vale «{value}», que no es una dirección: "
                "usa unix:///ruta, tcp://máquina:puerto o ssh://usuario@máquina, "
                f"o quítala con `unset {name}`."
            )
        return Endpoint(url=value, origin=origin, tls=_tls(value, variables))
    return None


def candidates() -> list[Endpoint | Discarded]:
    """Los motores que puede haber sin que nadie los elija, en orden y sin repetir."""
    context = contexts.current()
    first: list[Endpoint | Discarded] = [] if context is None else [context]
    seen = {context.url} if context else set()
    return first + [endpoint for endpoint in sockets.well_known() if endpoint.url not in seen]


def refusal(endpoint: Endpoint) -> Discarded | None:
    """Por qué no sirve un motor, o None si responde."""
    try:
        probe(endpoint)
    except EngineUnavailable as exc:
        return Discarded(endpoint.url, endpoint.origin, str(exc), denied=isinstance(exc, EngineDenied))
    return None


def _with(endpoint: Endpoint, discarded: list[Discarded]) -> Endpoint:
    return Endpoint(endpoint.url, endpoint.origin, endpoint.tls, endpoint.private, tuple(discarded))


def _blaming(error: EngineUnavailable, chosen: Endpoint) -> EngineUnavailable:
    """El mismo error, con lo que ayuda: arrancar otro motor no sirve si una variable manda a este."""
    prefix = "la variable "
    said = str(error)
    if not chosen.origin.startswith(prefix):
        return error
    name = chosen.origin.removeprefix(prefix)
    advice = f"esa dirección la puso la variable {name}: quítala con `unset {name}`, o corrígela"
    if HOW_TO_START in said:
        return type(error)(said.replace(HOW_TO_START, advice))
    return type(error)(f"{said} Si {name} sobra: `unset {name}`.")


def _none_left(discarded: list[Discarded], last: MuelleError) -> MuelleError:
    """Si un motor existe y solo falta el permiso, eso es lo que hay que decir."""
    for item in discarded:
        if item.denied:
            return EngineDenied(item.reason)
    return last


def _tls(url: str, variables: Mapping[str, str]) -> Tls | None:
    """Lo que dicen DOCKER_CERT_PATH y DOCKER_TLS_VERIFY, solo para tcp:// y https://."""
    if not url.startswith(("tcp://", "https://")):
        return None
    folder, verify = variables.get("DOCKER_CERT_PATH"), bool(variables.get("DOCKER_TLS_VERIFY"))
    if not folder and not verify:
        return None
    base = Path(folder) if folder else Path.home() / ".docker"
    return Tls(ca=str(base / "ca.pem"), cert=str(base / "cert.pem"), key=str(base / "key.pem"), verify=verify)
