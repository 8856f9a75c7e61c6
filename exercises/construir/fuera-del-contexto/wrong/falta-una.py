respuesta = [linea.startswith("COPY datos") for linea in valores["lineas"]][:2]
