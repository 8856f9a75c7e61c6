respuesta = ["httpd" in str(orden) or orden[0] == "sleep" for orden in valores["ordenes"]]
