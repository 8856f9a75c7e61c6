import json

respuesta = json.loads(valores["manifiesto"])["config"]["digest"]
