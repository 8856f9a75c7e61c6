nombre, apuntes = valores["nombre"], valores["apuntes"]
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "detach": True}
guion = f"mkdir /datos; echo {apuntes} > /datos/apuntes.txt; exec sleep 600"
nuevo = client.containers.run("muelle/base", ["sh", "-c", guion], name=nombre, **opciones)
while nuevo.exec_run(["test", "-s", "/datos/apuntes.txt"]).exit_code:
    pass
