url = f"{client.api.base_url}/v{client.api.api_version}/containers"
cuerpo = {
    "Image": "muelle/base",
    "Cmd": ["sleep", "600"],
    "Env": ["PALABRA=" + valores["palabra"]],
    "Labels": {"muelle": "1"},
}
nombre = valores["nombre"] + "-otro"
nuevo = client.api.post(f"{url}/create", params={"name": nombre}, json=cuerpo).json()["Id"]
client.api.post(f"{url}/{nuevo}/start")
