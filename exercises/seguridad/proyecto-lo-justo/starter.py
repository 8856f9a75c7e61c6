puerto, nombre = valores["puerto"], valores["nombre"]
suyo = {"muelle": "1"}
