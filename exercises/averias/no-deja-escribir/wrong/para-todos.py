client.containers.get(valores["nombre"]).exec_run(["chmod", "777", "/datos"], user="0")
