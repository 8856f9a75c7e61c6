respuesta = [..., ..., ..., ...]
