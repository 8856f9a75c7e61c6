nombre, maquina = valores["nombre"], valores["maquina"]
memoria, procesos = valores["memoria"], valores["procesos"]
etiqueta = {"muelle": "1"}
