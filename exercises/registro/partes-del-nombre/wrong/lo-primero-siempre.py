nombre = valores["nombre"]
primera, barra, resto = nombre.partition("/")
es_registro = barra and ("." in primera or ":" in primera or primera == "localhost")
repositorio = (resto if es_registro else nombre).split(":")[0]
if not es_registro and "/" not in repositorio:
    repositorio = "library/" + repositorio
respuesta = {"registro": "docker.io" if es_registro else primera, "repositorio": repositorio}
