imagen = client.images.get("muelle/base")
respuesta = {"filas": ..., "capas": ...}
