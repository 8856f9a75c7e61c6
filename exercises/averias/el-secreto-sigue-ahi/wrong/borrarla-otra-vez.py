import muelle

muelle.build(f"FROM {valores['imagen']}\nRUN rm -f /clave.txt\n", tag=valores["imagen"])
