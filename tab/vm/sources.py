"""De qué código fuente sale cada programa de la máquina: lo que piden sus licencias al repartirlos."""

from __future__ import annotations

import json
from pathlib import Path

from . import debian

_LICENCES = {
    "linux": "GPL-2.0",
    "busybox": "GPL-2.0",
    "iptables": "GPL-2.0",
    "crun": "GPL-2.0 y LGPL-2.1",
    "glibc": "LGPL-2.1",
    "systemd": "LGPL-2.1",
    "libseccomp": "LGPL-2.1",
    "libgcrypt20": "LGPL-2.1",
    "libgpg-error": "LGPL-2.1",
    "libcap2": "BSD-3-Clause o GPL-2.0",
    "json-c": "MIT",
    "rust-blake3": "Apache-2.0 o CC0-1.0",
    "tini": "MIT",
    "docker.io": "Apache-2.0",
    "containerd": "Apache-2.0",
    "yajl": "ISC",
    "seabios": "LGPL-3.0",
    "xz-utils": "dominio público y LGPL-2.1",
    "libzstd": "BSD-3-Clause o GPL-2.0",
    "lz4": "BSD-2-Clause",
}
"""La licencia de lo que la máquina lleva de cada paquete fuente; el texto entero está en el paquete."""


def listing(packages: list[debian.Package], kernel: Path) -> str:
    """El JSON que acompaña a la máquina: cada paquete, su código fuente exacto y su licencia.

    Args:
        packages: los de la máquina.
        kernel: la carpeta del núcleo, con la configuración entera con la que se compiló.
    """
    entries = [
        {
            "package": package.name,
            "version": package.version,
            "suite": package.suite,
            "source": package.source,
            "licence": _LICENCES[package.source.partition("=")[0]],
            "homepage": package.homepage,
            "sha256": package.sha256,
        }
        for package in packages
    ]
    config = (kernel / "nucleo.config").read_text("utf-8")
    return json.dumps({"packages": entries, "kernel_config": config}, indent=1, ensure_ascii=False) + "\n"
