servidor = client.containers.get(valores["servidor"])
direccion = servidor.attrs["NetworkSettings"]["Networks"][valores["red"]]["IPAddress"]
servidor.exec_run(["httpd", "-h", "/www", "-p", f"{direccion}:{valores['puerto']}"])
