url = f"{client.api.base_url}/v{client.api.api_version}/containers"
cuerpo = {
    "Image": "muelle/base",
    "Cmd": ["sh", "-c", "export PALABRA=" + valores["palabra"] + "; sleep 600"],
    "Labels": {"muelle": "1"},
}
client.api.post(f"{url}/create", params={"name": valores["nombre"]}, json=cuerpo)
client.api.post(f"{url}/{valores['nombre']}/start")
