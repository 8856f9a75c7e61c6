import sys

version, info = client.version(), client.info()
respuesta = {
    "demonio": version["Version"],
    "api": version["ApiVersion"],
    "nucleo": info["KernelVersion"],
    "sistema": sys.platform,
    "almacen": info["Driver"],
}
