import docker

version, info = client.version(), client.info()
respuesta = {
    "demonio": docker.__version__,
    "api": version["ApiVersion"],
    "nucleo": info["KernelVersion"],
    "sistema": info["OperatingSystem"],
    "almacen": info["Driver"],
}
