respuesta = [..., ..., ...]
