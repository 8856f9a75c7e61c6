respuesta = {"vecina": ..., "a_traves": ..., "por_el_nombre": ..., "por_la_direccion": ...}
