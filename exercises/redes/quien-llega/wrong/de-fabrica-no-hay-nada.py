respuesta = {"vecina": True, "a_traves": False, "por_el_nombre": False, "por_la_direccion": False}
