nombre = valores["nombre"]
primera, barra, resto = nombre.partition("/")
if barra and ("." in primera or ":" in primera or primera == "localhost"):
    registro, repositorio = primera, resto
else:
    registro, repositorio = "docker.io", nombre
repositorio = repositorio.split(":")[0]
if registro == "docker.io" and "/" not in repositorio:
    repositorio = "library/" + repositorio
respuesta = {"registro": registro, "repositorio": repositorio}
