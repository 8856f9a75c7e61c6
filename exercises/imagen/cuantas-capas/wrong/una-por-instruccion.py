respuesta = len(valores["dockerfile"].splitlines()) - 1
