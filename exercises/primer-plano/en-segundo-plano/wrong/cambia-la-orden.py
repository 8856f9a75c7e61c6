respuesta = {"pid": 1, "terminal": False, "igual": False}
