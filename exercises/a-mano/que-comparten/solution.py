red = "network" in valores["opcion"]
respuesta = {"archivos": False, "nombre": False, "red": red, "procesos": not red}
