respuesta = {"publicados": ..., "capas": ...}
