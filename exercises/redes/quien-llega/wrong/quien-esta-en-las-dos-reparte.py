respuesta = {"vecina": True, "a_traves": True, "por_el_nombre": False, "por_la_direccion": True}
