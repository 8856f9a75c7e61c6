servidor, cliente, red = valores["servidor"], valores["cliente"], valores["red"]
suyo = {"muelle": "1"}
