nombre = valores["nombre"]
url = f"{client.api.base_url}/v{client.api.api_version}/containers"
client.api.delete(f"{url}/{nombre}", params={"force": "1"})
cuerpo = {
    "Image": "muelle/base",
    "Cmd": ["sleep", "600"],
    "Env": ["PALABRA=" + valores["palabra"]],
    "Labels": {"muelle": "1"},
}
client.api.post(f"{url}/create", params={"name": nombre}, json=cuerpo).raise_for_status()
client.api.post(f"{url}/{nombre}/start").raise_for_status()
