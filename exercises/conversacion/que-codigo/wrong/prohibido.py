respuesta = 403
