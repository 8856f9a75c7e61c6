respuesta = 1 + next(
    numero
    for numero, prueba in enumerate(valores["pruebas"])
    if not prueba.startswith("test ") or "-n" in prueba
)
