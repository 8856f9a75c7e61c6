opcion = valores["opcion"]
respuesta = {
    "es_cero": "--user" not in opcion,
    "crear": opcion == "--cap-drop ALL",
    "dueno": True,
    "maquina": False,
}
