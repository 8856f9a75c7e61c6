respuesta = {"siguen": True, "crear": True, "propia": False}
