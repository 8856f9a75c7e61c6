#!/bin/sh
# Renueva el programa que dibuja los controles (ipywidgets) en el sitio, desde npm. Se usa a mano, al subir de
# versión ipywidgets; luego, `./curso pruebas`. Uso: book/_estilo/controles/renovar.sh [VERSIÓN]
set -eu
aqui=$(cd "$(dirname "$0")" && pwd)
paquete="@jupyter-widgets/html-manager@${1:-1.0.15}"
trabajo=$(mktemp -d)
trap 'rm -rf "$trabajo"' EXIT
cd "$trabajo"
npm pack --silent "$paquete" > nombre
tar -xzf "$(cat nombre)"
rm -f "$aqui"/*.js "$aqui"/*.LICENSE.txt "$aqui"/*.woff2
cp package/dist/embed.js package/dist/embed.js.LICENSE.txt package/dist/*.woff2 "$aqui"
