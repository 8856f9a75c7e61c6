url = f"{client.api.base_url}/v{client.api.api_version}/containers"
cuerpo = {
    "Image": "muelle/base",
    "Cmd": ["sleep", "600"],
    "Env": ["PALABRA=" + valores["palabra"]],
    "Labels": {"muelle": "1"},
}
client.api.post(f"{url}/create", params={"name": valores["nombre"]}, json=cuerpo)
