respuesta = {"archivos": False, "nombre": False, "red": False, "procesos": False}
