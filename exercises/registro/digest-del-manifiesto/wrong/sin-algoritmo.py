import hashlib

respuesta = hashlib.sha256(valores["manifiesto"].encode()).hexdigest()
