respuesta = {"pid": 1, "terminal": True, "igual": True}
