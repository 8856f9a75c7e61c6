url = f"{client.api.base_url}/v{client.api.api_version}"
cuerpo = {"Image": "muelle/base", "Cmd": ["sleep", "600"], "Labels": {"muelle": "1"}}
# client.api.post(url + "…", params=…, json=cuerpo)
