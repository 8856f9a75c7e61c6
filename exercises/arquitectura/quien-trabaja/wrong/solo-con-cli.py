respuesta = {"siguen": True, "crear": False, "propia": False}
