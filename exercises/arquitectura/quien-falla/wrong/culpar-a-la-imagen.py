respuesta = "imagen"
