import muelle

client.volumes.create(valores["volumen"], labels={"muelle": "1"})
dockerfile = f"FROM muelle/base\nRUN echo {valores['pagina']} > /www/index.html\n"
muelle.build(dockerfile, tag=valores["imagen"])
