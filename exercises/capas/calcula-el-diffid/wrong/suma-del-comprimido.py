import gzip
import hashlib
import io
import tarfile


def capa(texto):
    datos, bytes_del_tar = texto.encode(), io.BytesIO()
    with tarfile.open(mode="w", fileobj=bytes_del_tar) as tar:
        archivo = tarfile.TarInfo("texto.txt")
        archivo.size = len(datos)
        tar.addfile(archivo, io.BytesIO(datos))
    return bytes_del_tar.getvalue()


respuesta = "sha256:" + hashlib.sha256(gzip.compress(capa(valores["texto"]), mtime=0)).hexdigest()
