respuesta = {"publicados": 1, "capas": 0}
