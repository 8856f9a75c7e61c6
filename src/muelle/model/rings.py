"""Los anillos que rodean al proceso de un contenedor: quién es, qué puede, qué pide y qué escribe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

CAPABILITIES = (
    *("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"),
    *("LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK"),
    *("IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN"),
    *("SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE"),
    *("AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM"),
    *("BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE"),
)
"""Las capacidades por el número de su bit. Fuente: Linux, `include/uapi/linux/capability.h`."""


class Shut(Enum):
    """Cuánto cierra un anillo."""

    OPEN = "abierto"
    HALF = "a medias"
    CLOSED = "cerrado"


@dataclass(frozen=True)
class Ring:
    """Un anillo.

    Args:
        name: de qué habla.
        shut: cuánto cierra.
        notes: lo que se ha leído, en frases cortas.
    """

    name: str
    shut: Shut
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Confined:
    """Un contenedor en marcha y lo que rodea a su proceso.

    Args:
        name: el del contenedor.
        command: lo que ejecuta.
        user: el usuario del proceso, dentro.
        outside: el mismo, visto por quien arrancó el motor; None si no se sabe.
        held: las capacidades que puede usar.
        known: cuántas conoce el núcleo.
        filtered: si un filtro (seccomp) mira las llamadas que hace.
        sealed: si ya no puede ganar privilegios (`no-new-privileges`).
        read_only: si su disco es de solo lectura.
        covered: cuántas rutas de `/proc` y `/sys` se le tapan; None si el motor no lo dice.
    """

    name: str
    command: str
    user: int
    outside: int | None
    held: tuple[str, ...]
    known: int
    filtered: bool
    sealed: bool
    read_only: bool
    covered: int | None = None

    @property
    def rings(self) -> tuple[Ring, ...]:
        """De fuera adentro, los cuatro anillos."""
        return self._files(), self._calls(), self._powers(), self._who()

    def _files(self) -> Ring:
        many = "una ruta tapada" if self.covered == 1 else f"{self.covered} rutas tapadas"
        paths = "no dice qué tapa" if self.covered is None else many
        disk = "solo lectura" if self.read_only else "se puede escribir"
        shut = Shut.CLOSED if self.read_only else Shut.HALF if self.covered else Shut.OPEN
        return Ring("Archivos", shut, (disk, paths))

    def _calls(self) -> Ring:
        if self.filtered:
            return Ring("Llamadas", Shut.CLOSED, ("seccomp las filtra",))
        return Ring("Llamadas", Shut.OPEN, ("sin filtro",))

    def _powers(self) -> Ring:
        count = f"{len(self.held) or 'ninguna'} de {self.known}"
        more = "y no ganará más" if self.sealed else "podría ganar más"
        some = Shut.OPEN if len(self.held) >= self.known else Shut.HALF
        return Ring("Capacidades", some if self.held else Shut.CLOSED, (count, more))

    def _who(self) -> Ring:
        inside = f"el {self.user}{', root' if not self.user else ''}"
        away = f"fuera, el {self.outside}" if self.outside is not None else "fuera, no se sabe"
        shut = Shut.CLOSED if self.user else Shut.HALF if self.outside else Shut.OPEN
        return Ring("Usuario", shut, (inside, away))


def capabilities(mask: str) -> tuple[str, ...]:
    """Los nombres de las capacidades de una máscara, como la escribe el núcleo.

    Args:
        mask: en hexadecimal, como en la línea `CapEff` de `/proc/PID/status`. Un bit que aquí no tiene
            nombre, de un núcleo más nuevo, se llama por su número.
    """
    bits = int(mask, 16)
    every = range(max(bits.bit_length(), len(CAPABILITIES)))
    return tuple(_name(bit) for bit in every if bits >> bit & 1)


def _name(bit: int) -> str:
    return CAPABILITIES[bit] if bit < len(CAPABILITIES) else f"la {bit}"


def mapped(user: int, table: str) -> int | None:
    """El usuario de fuera que corresponde a uno de dentro; None si a ninguno.

    Args:
        user: el de dentro.
        table: `/proc/PID/uid_map`, con una línea por tramo: primero de dentro, primero de fuera, cuántos.
            Fuente: user_namespaces(7).
    """
    for line in table.splitlines():
        inside, outside, count = (int(word) for word in line.split())
        if inside <= user < inside + count:
            return outside + user - inside
    return None
