lineas = valores["dockerfile"].splitlines()
respuesta = sum(linea.startswith(("RUN", "COPY")) for linea in lineas)
