"""Un grupo de órdenes."""

from __future__ import annotations

import click

OPTIONS = "[OPCIONES]"
"""Cómo se llaman las opciones en el resumen de una orden."""


class Group(click.Group):
    """Un grupo que muestra las órdenes en el orden en que se usan, no en el alfabético."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)
