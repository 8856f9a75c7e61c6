"""`python -m muelle`: la línea de órdenes del curso."""

from muelle.cli import main

main()
