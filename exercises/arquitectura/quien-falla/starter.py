respuesta = ...  # "apagado", "permiso", "version" o "imagen"
