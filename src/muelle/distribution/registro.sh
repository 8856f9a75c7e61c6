#!/bin/sh
# Un registro de imágenes. `nc` lanza este guion una vez por conexión: la petición entra y la respuesta sale.
cd /registro && mkdir -p trozos nombres subidas || exit
fin=$(printf '\r') cuerpo=subidas/$$ tipo='' largo=0 total=0 partido='' lleno=''
trap 'rm -f "$cuerpo"' EXIT

# 1. La petición: VERBO /v2/NOMBRE/CLASE/CUAL?CONSULTA, y sus cabeceras hasta una línea vacía.
read -r verbo ruta version || exit
case $version in # primero llaman con HTTPS; al ver que se contesta en HTTP, repiten así
HTTP/1.?"$fin") ;;
*) printf 'HTTP/1.1 400 Bad Request\r\n\r\n' && timeout 2 cat > /dev/null; exit ;;
esac
while read -r cabecera valor && [ "$cabecera" != "$fin" ]; do
    case $(echo "$cabecera" | tr A-Z a-z) in
    content-length:) largo=${valor%"$fin"} ;;
    content-type:) tipo=${valor%"$fin"} ;;
    transfer-encoding:) partido=sí ;;
    expect:) printf 'HTTP/1.1 100 Continue\r\n\r\n' ;;
    esac
done

# 2. El cuerpo, de una vez o en partes; cada parte dice antes, en hexadecimal, cuántos bytes mide.
toma() { total=$((total + $1)) && dd bs=65536 count="$1" iflag=fullblock,count_bytes 2>&- || lleno=sí; }
while [ "$partido" ] && read -r medida && [ $((0x${medida%"$fin"})) -gt 0 ]; do
    toma $((0x${medida%"$fin"})) && read -r _ || break
done > "$cuerpo"
# Cerrar con algo sin leer cortaría la respuesta: de un cuerpo en partes falta la línea vacía del final.
if [ "$partido" ]; then read -r _; else toma "$largo" > "$cuerpo"; fi
recibido=$(stat -c %s "$cuerpo")

# 3. La respuesta.
huella() { echo "sha256:$(sha256sum < "$1" | cut -c1-64)"; }
responde() { # responde CÓDIGO ARCHIVO CABECERA…
    codigo=$1 archivo=$2 sale=$(stat -c %s "$2") && shift 2
    echo "$recibido $sale $verbo $ruta $codigo" >> peticiones
    printf '%s\r\n' "HTTP/1.1 $codigo" "Content-Length: $sale" 'Connection: close' "$@" ''
    [ "$verbo" = HEAD ] || cat "$archivo"
    exit
}
falla() { # falla CÓDIGO NOMBRE: el error, como lo escribe la norma
    echo "{\"errors\":[{\"code\":\"$2\",\"message\":\"$2\"}]}" > "$cuerpo"
    responde "$1" "$cuerpo" 'Content-Type: application/json'
}
camino=${ruta%%\?*} && cual=${camino##*/} && nombre=${camino#/v2/} && nombre=${nombre%/manifests/*}
nombre=${nombre%/blobs/*} && pedido=$(echo "${ruta##*digest=}" | sed 's/%3A/:/; s/&.*//')
case $camino in *..* | *//* | *[!a-zA-Z0-9/._:-]*) falla '400 Bad Request' NAME_INVALID ;; esac
[ -z "$lleno" ] || falla '507 Insufficient Storage' DENIED
[ "$recibido" -eq "$total" ] || falla '400 Bad Request' SIZE_INVALID

case "$verbo $camino" in
*' /v2/') responde '200 OK' /dev/null ;;
'POST '*/blobs/uploads/) # empieza una subida
    subida=$(cat /proc/sys/kernel/random/uuid) && : > "subidas/$subida"
    responde '202 Accepted' /dev/null "Location: /v2/$nombre/blobs/uploads/$subida" ;;
'PATCH '*/blobs/uploads/*) # sigue
    [ -f "subidas/$cual" ] || falla '404 Not Found' BLOB_UPLOAD_UNKNOWN
    cat "$cuerpo" >> "subidas/$cual" || falla '507 Insufficient Storage' DENIED
    responde '202 Accepted' /dev/null "Location: $camino" "Range: 0-$(($(stat -c %s "subidas/$cual") - 1))" ;;
'PUT '*/blobs/uploads/*) # termina: solo se guarda si la huella es la que dice quien sube
    [ -f "subidas/$cual" ] && cat "$cuerpo" >> "subidas/$cual" || falla '404 Not Found' BLOB_UPLOAD_UNKNOWN
    [ "$(huella "subidas/$cual")" = "$pedido" ] || falla '400 Bad Request' DIGEST_INVALID
    mv "subidas/$cual" "trozos/$pedido"
    responde '201 Created' /dev/null "Location: /v2/$nombre/blobs/$pedido" "Docker-Content-Digest: $pedido" ;;
'PUT '*/manifests/*) # un manifiesto: todo lo que nombra tiene que estar ya aquí
    for trozo in $(grep -o '"digest": *"sha256:[0-9a-f]*' "$cuerpo" | grep -o 'sha256:.*'); do
        [ -f "trozos/$trozo" ] || falla '400 Bad Request' MANIFEST_BLOB_UNKNOWN
    done
    digest=$(huella "$cuerpo")
    case $cual in sha256:*) [ "$cual" = "$digest" ] || falla '400 Bad Request' DIGEST_INVALID ;; esac
    echo "$tipo" > "trozos/$digest.tipo" && mv "$cuerpo" "trozos/$digest" && mkdir -p "nombres/${nombre%/*}"
    echo "$digest" > "$cuerpo" && mv "$cuerpo" "nombres/$nombre:$cual"
    : > "$cuerpo"
    responde '201 Created' /dev/null "Location: /v2/$nombre/manifests/$digest" "Docker-Content-Digest: $digest" ;;
'GET '*/manifests/* | 'HEAD '*/manifests/*) # por etiqueta o por digest
    digest=$cual && [ ! -f "nombres/$nombre:$cual" ] || digest=$(cat "nombres/$nombre:$cual")
    [ -f "trozos/$digest.tipo" ] || falla '404 Not Found' MANIFEST_UNKNOWN
    responde '200 OK' "trozos/$digest" "Content-Type: $(cat "trozos/$digest.tipo")" "Docker-Content-Digest: $digest" ;;
'GET '*/blobs/* | 'HEAD '*/blobs/*)
    [ -f "trozos/$cual" ] || falla '404 Not Found' BLOB_UNKNOWN
    responde '200 OK' "trozos/$cual" 'Content-Type: application/octet-stream' "Docker-Content-Digest: $cual" ;;
*) falla '405 Method Not Allowed' UNSUPPORTED ;;
esac
