estado = dict(client.info().get("DriverStatus") or [])
clasico = client.info()["Driver"] == "overlay2" and "driver-type" not in estado
respuesta = {"formato": True, "motor": not clasico}
