respuesta = {"publicados": 0, "capas": 2}
