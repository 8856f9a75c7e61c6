url = f"{client.api.base_url}/v{client.api.api_version}"
nombre = valores["nombre"]
cuerpo = {"Image": "muelle/base", "Cmd": ["sleep", "600"], "Labels": {"muelle": "1"}}
client.api.post(f"{url}/containers/create", params={"name": nombre}, json=cuerpo)
client.api.post(f"{url}/containers/{nombre}/start")
orden = {"Cmd": ["sh", "-c", "export PALABRA=" + valores["palabra"]]}
ejecucion = client.api.post(f"{url}/containers/{nombre}/exec", json=orden).json()["Id"]
client.api.post(f"{url}/exec/{ejecucion}/start", json={"Detach": True})
