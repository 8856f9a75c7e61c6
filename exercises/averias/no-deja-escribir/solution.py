usuario = valores["usuario"]
aplicacion = client.containers.get(valores["nombre"])
aplicacion.exec_run(["chown", "-R", f"{usuario}:{usuario}", "/datos"], user="0")
