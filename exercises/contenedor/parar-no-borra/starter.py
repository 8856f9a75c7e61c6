nombre, palabra = valores["nombre"], valores["palabra"]
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
