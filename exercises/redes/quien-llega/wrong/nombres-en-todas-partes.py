respuesta = {"vecina": True, "a_traves": False, "por_el_nombre": True, "por_la_direccion": True}
