respuesta = {"pid": ..., "terminal": ..., "igual": ...}
