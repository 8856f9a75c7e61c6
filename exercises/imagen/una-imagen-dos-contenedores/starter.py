a, b = valores["nombre_a"], valores["nombre_b"]
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
