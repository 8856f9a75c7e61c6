import muelle

dockerfile = 'FROM muelle/base\nCOPY index.html /www/index.html\nCMD ["servir"]\n'
muelle.build(dockerfile, {"index.html": valores["pagina"]}, tag=valores["imagen"])
client.containers.get(valores["nombre"]).restart(timeout=0)
