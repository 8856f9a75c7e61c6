rutas = {
    "docker ps": "/containers/json",
    "docker images": "/images/json",
    "docker version": "/version",
    "docker info": "/info",
    "docker network ls": "/networks",
    "docker volume ls": "/volumes",
}
respuesta = "GET " + rutas[valores["orden"]]
