respuesta = "GET /" + valores["orden"].removeprefix("docker ").replace(" ", "/") + "/lista"
