respuesta = valores["tope"]
