import hashlib
import json

texto = json.dumps(json.loads(valores["manifiesto"]))
respuesta = "sha256:" + hashlib.sha256(texto.encode()).hexdigest()
