respuesta = {"archivos": True, "nombre": True, "red": True, "procesos": True}
