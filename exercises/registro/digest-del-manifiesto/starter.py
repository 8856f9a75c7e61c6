import hashlib

respuesta = ...  # "sha256:…"
