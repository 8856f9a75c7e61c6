red = "network" in valores["opcion"]
respuesta = {"archivos": False, "nombre": True, "red": red, "procesos": not red}
