respuesta = {"es_cero": ..., "crear": ..., "dueno": ..., "maquina": ...}
