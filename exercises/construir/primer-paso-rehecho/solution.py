lineas = valores["dockerfile"].splitlines()
respuesta = len(lineas) - lineas.index(f"COPY {valores['cambia']} /{valores['cambia']}")
