respuesta = {
    "frase": "ENV llega al proceso",
    "dockerfile": "FROM muelle/base\nENV COLOR=azul\n",
    "contraste": "FROM muelle/base\n",
    "prueba": "test -n $COLOR && test $COLOR = azul",
    "verdad": False,
}
