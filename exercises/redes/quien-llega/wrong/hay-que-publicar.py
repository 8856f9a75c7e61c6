respuesta = {"vecina": False, "a_traves": False, "por_el_nombre": False, "por_la_direccion": True}
