respuesta = ...  # "MÉTODO /ruta"
