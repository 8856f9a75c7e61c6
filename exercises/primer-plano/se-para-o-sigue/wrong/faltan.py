siguen = (["sleep", "300"], ["httpd", "-f", "-h", "/www"], ["sh", "-c", "httpd -h /www; sleep 300"])
respuesta = [orden in siguen for orden in valores["ordenes"]][:3]
