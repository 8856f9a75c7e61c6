respuesta = valores["primera"] + valores["segunda"]
