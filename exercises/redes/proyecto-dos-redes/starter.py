tienda, datos, visita = valores["tienda"], valores["datos"], valores["visita"]
fuera, dentro = valores["fuera"], valores["dentro"]
suyo = {"muelle": "1"}
