import muelle

firma = {"firma.txt": f"{valores['firma']}\n"}
muelle.build("FROM muelle/base\nCOPY firma.txt /\n", firma, tag=valores["imagen"])
