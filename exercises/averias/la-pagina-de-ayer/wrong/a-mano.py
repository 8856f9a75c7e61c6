pagina = valores["pagina"]
web = client.containers.get(valores["nombre"])
web.exec_run(["sh", "-c", f"echo {pagina} > /www/index.html"])
