respuesta = {letra: "docker.sock" in orden for letra, orden in valores["ordenes"].items()}
