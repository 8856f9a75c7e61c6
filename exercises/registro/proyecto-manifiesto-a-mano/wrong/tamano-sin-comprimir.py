import gzip
import hashlib
import io
import json
import tarfile


def capa(ruta, texto):
    datos, bytes_del_tar = texto.encode(), io.BytesIO()
    with tarfile.open(mode="w", fileobj=bytes_del_tar) as tar:
        archivo = tarfile.TarInfo(ruta)
        archivo.size = len(datos)
        tar.addfile(archivo, io.BytesIO(datos))
    return bytes_del_tar.getvalue()


def trozos(palabra):
    """La configuración y las dos capas comprimidas de la imagen."""
    capas = [capa("uno.txt", palabra), capa("dos.txt", palabra[::-1])]
    huellas = ["sha256:" + hashlib.sha256(cada).hexdigest() for cada in capas]
    configuracion = {
        "architecture": client.version()["Arch"],
        "os": "linux",
        "config": {"Cmd": ["/nada"], "Labels": {"muelle": "1"}},
        "rootfs": {"type": "layers", "diff_ids": huellas},
        "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "COPY"}] * 2,
    }
    return json.dumps(configuracion).encode(), [gzip.compress(cada, mtime=0) for cada in capas]


configuracion, capas = trozos(valores["palabra"])


def trozo(tipo, contenido):
    huella = "sha256:" + hashlib.sha256(contenido).hexdigest()
    return {"mediaType": "application/vnd.oci.image." + tipo, "digest": huella, "size": len(contenido)}


manifiesto = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image." + "manifest.v1+json",
    "config": trozo("config.v1+json", configuracion),
    "layers": [{**trozo("layer.v1.tar+gzip", cada), "size": len(gzip.decompress(cada))} for cada in capas],
}
respuesta = json.dumps(manifiesto)
