nombre, maquina = valores["nombre"], valores["maquina"]
memoria, procesos = valores["memoria"], valores["procesos"]
suyo = {"muelle": "1"}
