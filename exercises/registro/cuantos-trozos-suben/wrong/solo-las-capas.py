respuesta = sum(linea.startswith("RUN") for linea in valores["dockerfile"].splitlines())
