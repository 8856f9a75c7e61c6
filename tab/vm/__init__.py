"""La máquina: de los paquetes de Debian a una instantánea que una página puede restaurar."""
