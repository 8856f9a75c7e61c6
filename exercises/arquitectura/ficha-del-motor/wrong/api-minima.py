version, info = client.version(), client.info()
respuesta = {
    "demonio": version["Version"],
    "api": version.get("MinAPIVersion", "1.12"),
    "nucleo": info["KernelVersion"],
    "sistema": info["OperatingSystem"],
    "almacen": info["Driver"],
}
