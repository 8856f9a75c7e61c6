"""Construir una imagen con la LABEL del curso y contar sus pasos."""

from muelle.builder.built import Build, BuildFailed, build
from muelle.builder.each import Attempt, Attempts, each_builder
from muelle.builder.steps import Step

__all__ = ["Attempt", "Attempts", "Build", "BuildFailed", "Step", "build", "each_builder"]
