version, info = client.version(), client.info()
respuesta = {"demonio": ..., "api": ..., "nucleo": ..., "sistema": ..., "almacen": ...}
