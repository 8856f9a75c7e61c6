"""Qué nombre es el de una credencial y dónde las hay dentro de un texto. Puro, y lineal en lo que mide."""

from __future__ import annotations

import itertools
import re
import unicodedata

HIDDEN = "(oculto)"

_WORDS = frozenset(
    (
        *("auth", "authorization", "basicauth", "contrasena", "contrasenas", "cookie", "credential"),
        *("credentials", "jwt", "pass", "passphrase", "passwd", "password", "passwords", "pat", "pwd", "sas"),
        *("secret", "secrets", "token", "tokens"),
    )
)
_ENDINGS = (
    "password",
    "passwd",
    "passphrase",
    "token",
    "tokens",
    "secret",
    "contrasena",
    "apikey",
    "accesskey",
)
_KEYS = frozenset(
    (
        *("access", "api", "auth", "ca", "encryption", "master", "private", "secret", "signing", "ssh"),
        *("unlock", "account", "license", "deploy"),
    )
)
_IN_ADDRESS = frozenset(("sig", "signature"))
_PLAIN = frozenset(("clave", "claves"))
"""Solo como nombre entero de una clave o de una variable: en un texto, «clave=verde» no esconde nada."""

_SPLIT = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def is_secret(name: str, *, strict: bool = True, address: bool = False) -> bool:
    """Si un nombre parece el de una credencial.

    Args:
        strict: si es el nombre de una clave o de una variable, y no algo leído en un texto.
        address: si es un parámetro de una dirección.
    """
    if len(name) > 200:
        return False
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    words = [word.lower() for word in _SPLIT.split(plain) if word]
    if not words:
        return False
    if any(word in _WORDS or word.endswith(_ENDINGS) for word in words):
        return True
    if any(one in _KEYS and other in ("key", "keys") for one, other in itertools.pairwise(words)):
        return True
    if address and words[-1] in _IN_ADDRESS:
        return True
    return strict and words[0] in _PLAIN and len(words) == 1


_QUOTED = r"\"(?:[^\"\\]|\\.)*(?:\"|$)|'[^']*(?:'|$)"
_USER = re.compile(r"(://)(?:[^\s\"'/@:]{0,300}:(?!\d{1,5}/)[^\s\"']{0,300}|[^\s\"'/@:]{1,300})@(?=[\w\[])")
"""`https://usuario:clave@servidor`, con lo que lleve la clave; y `https://ficha@servidor`."""
_BARE_USER = re.compile(r"(?<![\w/:.@-])(?!mailto:)([\w.-]{1,64}:)[^\s\"'@/]{1,200}@(?!sha\d)(?=[\w(\[])")
"""Lo mismo sin esquema: `usuario:clave@servidor`, `usuario:clave@tcp(…)`."""
_ASSIGNED = re.compile(r"([?&]?)(?<![\w.\-/])([\w.-]{1,100})(=)(" + _QUOTED + r"|[^\s\"',;&\\]+)")
_JSON = re.compile(r"(\\?\"([\w.-]{1,100})\\?\"\s*:\s*)(\\?\"(?:[^\"\\]|\\[^\"])*(?:\\?\"|$))")
_HEADER = re.compile(
    r"(?<![\w-])([\w-]{1,100})(:[ \t]+)((?:Bearer |Basic |Token )?[^\s\"',;]+)", re.IGNORECASE
)
_FLAG = re.compile(r"(?<![\w-])--([\w-]{1,100})([ =]+)(" + _QUOTED + r"|[^\s\"'-][^\s\"']*)")
_OLD = re.compile(r"\b(ENV|ARG)(\s+)([\w.-]{1,100})(\s+)(?!=)(.+)")
_BUILD_ARGUMENTS = re.compile(r"^(\|\d+ )(.*?)(?= /bin/)", re.DOTALL)
_ARGUMENT = re.compile(r"([\w.-]{1,100})=(.*?)(?=\s[\w.-]{1,100}=|$)", re.DOTALL)
_MYSQL = re.compile(r"\b((?:mysql|mariadb)\w*\b[^|;&]{0,200}?\s-p)(?=\S)(" + _QUOTED + r"|\S+)")


def hide(text: str) -> str:
    """Un texto con lo que parece una credencial tapado: en direcciones, asignaciones, opciones, cabeceras…"""

    def named(group: int, keep: tuple[int, ...]) -> object:
        def change(match: re.Match[str]) -> str:
            if not is_secret(match[group], strict=False):
                return match[0]
            return "".join(match[number] for number in keep) + HIDDEN

        return change

    def assigned(match: re.Match[str]) -> str:
        if not is_secret(match[2], strict=False, address=bool(match[1])):
            return match[0]
        return f"{match[1]}{match[2]}={HIDDEN}"

    def in_json(match: re.Match[str]) -> str:
        if not is_secret(match[2], strict=False):
            return match[0]
        quote = '\\"' if match[3].startswith("\\") else '"'
        return f"{match[1]}{quote}{HIDDEN}{quote}"

    def arguments(match: re.Match[str]) -> str:
        done = _ARGUMENT.sub(lambda each: f"{each[1]}={HIDDEN}" if is_secret(each[1]) else each[0], match[2])
        return match[1] + done

    def flag(match: re.Match[str]) -> str:
        return f"--{match[1]}{match[2]}{HIDDEN}" if is_secret(match[1], strict=False) else match[0]

    text = _BUILD_ARGUMENTS.sub(arguments, text)
    text = _USER.sub(rf"\1{HIDDEN}@", text)
    text = _BARE_USER.sub(rf"\1{HIDDEN}@", text)
    text = _JSON.sub(in_json, text)
    text = _OLD.sub(named(3, (1, 2, 3, 4)), text)  # type: ignore[call-overload]
    text = _ASSIGNED.sub(assigned, text)
    text = _FLAG.sub(flag, text)
    text = _HEADER.sub(named(1, (1, 2)), text)  # type: ignore[call-overload]
    return _MYSQL.sub(rf"\1{HIDDEN}", text)


_FOLLOWED = {"redis-cli": ("-a",), "curl": ("-u", "--user"), "wget": ("--user",), "sshpass": ("-p",)}
"""Por programa, las opciones cortas tras las que va una credencial."""


def hide_words(words: list[object]) -> list[object]:
    """Una orden palabra por palabra (`Cmd`, `Test`…), con las credenciales que lleva tapadas."""
    done: list[object] = []
    program = next((word.rpartition("/")[2] for word in words if isinstance(word, str) and word != "CMD"), "")
    previous = ""
    for word in words:
        if not isinstance(word, str):
            done.append(word)
            continue
        follows = previous in _FOLLOWED.get(program, ()) or (
            previous.startswith("--") and "=" not in previous and is_secret(previous[2:], strict=False)
        )
        if follows:
            done.append(HIDDEN)
        elif program.startswith(("mysql", "mariadb")) and word.startswith("-p") and len(word) > 2:
            done.append(f"-p{HIDDEN}")
        else:
            done.append(hide(word))
        previous = word
    return done
