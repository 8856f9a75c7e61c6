url = f"{client.api.base_url}/v{client.api.api_version}/containers"
cuerpo = {
    "Image": "muelle/base",
    "Cmd": ["httpd", "-f"],
    "Env": ["PALABRA=" + valores["palabra"]],
    "Labels": {"muelle": "1"},
}
nombre = valores["nombre"]
client.api.post(f"{url}/create", params={"name": nombre}, json=cuerpo)
client.api.post(f"{url}/{nombre}/start")
