"""El motor privado del curso: arrancarlo una vez, compartirlo y pararlo sin dejar nada."""

from muelle.engine.private.lifecycle import Status, running, start, status, stop

__all__ = ["Status", "running", "start", "status", "stop"]
