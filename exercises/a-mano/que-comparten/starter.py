respuesta = {"archivos": ..., "nombre": ..., "red": ..., "procesos": ...}
