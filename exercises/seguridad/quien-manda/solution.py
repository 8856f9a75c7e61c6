peligros = ("docker.sock", "--privileged", "/:/anfitrion", "SYS_ADMIN")
respuesta = {
    letra: any(peligro in orden for peligro in peligros) for letra, orden in valores["ordenes"].items()
}
