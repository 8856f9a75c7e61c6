respuesta = {
    "frase": "lo que se borra en un RUN posterior se ve desde el contenedor",
    "dockerfile": "FROM muelle/base\nRUN echo hola > /nota\nRUN rm /nota\n",
    "contraste": "FROM muelle/base\nRUN echo hola > /nota\n",
    "prueba": "test -f /nota",
    "verdad": False,
}
