import hashlib

respuesta = "sha256:" + hashlib.sha256(valores["manifiesto"].encode()).hexdigest()
