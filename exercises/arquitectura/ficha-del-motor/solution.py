version, info = client.version(), client.info()
respuesta = {
    "demonio": version["Version"],
    "api": version["ApiVersion"],
    "nucleo": info["KernelVersion"],
    "sistema": info["OperatingSystem"],
    "almacen": info["Driver"],
}
