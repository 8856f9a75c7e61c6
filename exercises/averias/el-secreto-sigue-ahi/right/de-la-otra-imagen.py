import muelle

imagen = valores["imagen"]
dockerfile = f"FROM {imagen} AS vieja\nFROM muelle/base\nCOPY --from=vieja /firma.txt /\n"
muelle.build(dockerfile, tag=imagen)
