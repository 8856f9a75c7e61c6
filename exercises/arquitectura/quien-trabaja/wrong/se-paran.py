respuesta = {"siguen": False, "crear": True, "propia": False}
