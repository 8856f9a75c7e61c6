nombre, volumen = valores["nombre"], valores["volumen"]
imagen, pagina, subida = valores["imagen"], valores["pagina"], valores["subida"]
