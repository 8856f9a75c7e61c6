"""Encontrar un motor: el elegido, el de la orden `docker`, los sockets conocidos o, si no, el privado."""
