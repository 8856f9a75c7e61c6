nombre = valores["nombre"]
primera, barra, resto = nombre.partition("/")
es_registro = barra and ("." in primera or ":" in primera or primera == "localhost")
registro = primera if es_registro else "docker.io"
respuesta = {"registro": registro, "repositorio": (resto if es_registro else nombre) + ":latest"}
