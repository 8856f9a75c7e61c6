respuesta = len(valores["dockerfile"].splitlines()) + 7
