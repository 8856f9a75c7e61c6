servicio, vigia = valores["servicio"], valores["vigia"]
etiqueta = {"muelle": "1"}
