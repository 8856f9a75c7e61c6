servidor, cliente, red = valores["servidor"], valores["cliente"], valores["red"]
etiqueta = {"muelle": "1"}
