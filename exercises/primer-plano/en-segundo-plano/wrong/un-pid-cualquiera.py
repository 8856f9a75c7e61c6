respuesta = {"pid": 4321, "terminal": False, "igual": True}
