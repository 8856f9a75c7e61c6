respuesta = 1 + next(
    numero
    for numero, prueba in enumerate(valores["pruebas"])
    if prueba.startswith("test ") and "-n" not in prueba
)
