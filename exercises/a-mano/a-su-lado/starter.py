servicio, vigia = valores["servicio"], valores["vigia"]
suyo = {"muelle": "1"}
