respuesta = {
    "frase": ...,
    "dockerfile": ...,
    "contraste": ...,
    "prueba": ...,
    "verdad": ...,
}
