filas = len(client.images.get("muelle/base").history())
respuesta = {"filas": filas, "capas": filas}
