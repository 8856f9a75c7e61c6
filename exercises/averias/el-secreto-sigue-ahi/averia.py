"""Una capa trae la clave y otra la tapa."""

COPY = "FROM {base}\nCOPY clave.txt firma.txt /\n"


def break_layer(workshop, imagen, clave, firma):
    dockerfile = COPY.format(base=workshop.base) + "RUN rm /clave.txt\n"
    workshop.build(imagen, dockerfile, {"clave.txt": f"{clave}\n", "firma.txt": f"{firma}\n"})


def break_variable(workshop, imagen, clave, firma):
    dockerfile = f"FROM {workshop.base}\nENV CLAVE={clave}\nCOPY firma.txt /\nENV CLAVE=\n"
    workshop.build(imagen, dockerfile, {"firma.txt": f"{firma}\n"})
