opcion = valores["opcion"]
respuesta = {
    "es_cero": "--user" in opcion,
    "crear": opcion == "--cap-drop ALL",
    "dueno": False,
    "maquina": False,
}
