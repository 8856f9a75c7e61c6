"""Los límites con que se lee un archivo ajeno, y por qué.

Un archivo de imagen puede venir de cualquiera: su lectura no debe agotar ni la memoria ni la paciencia.
"""

from muelle.errors import BadArchive


class ExcessError(BadArchive):
    """El archivo pasa de un límite: se deja de leer, aunque lo desmedido no sea de la imagen que se busca."""


MAX_ENTRIES = 500_000
"""Rutas en todas las capas, contando las carpetas implícitas: unos 200 MB de memoria.
Una imagen grande de verdad (un escritorio, CUDA) tiene menos de 300.000."""

MAX_NAMES = 128 * 2**20
"""Bytes de todos los nombres y destinos de enlaces: medio millón de rutas de 256 bytes."""

MAX_PATH = 4096
"""Bytes de una ruta: `PATH_MAX` de Linux, que ningún contenedor puede superar."""

MAX_LINKS = 40
"""Enlaces simbólicos en una ruta: `MAXSYMLINKS` de Linux."""

MAX_HEADER = 256 * 2**10
"""Bytes de las cabeceras de un solo miembro del tar (PAX, nombres largos, mapas de huecos).
Un atributo extendido ocupa como mucho 64 KiB; `tarfile` lee las cabeceras enteras en memoria."""

MAX_LONG_HEADERS = 64 * 2**20
"""Bytes de todas las cabeceras de más de un bloque de un tar. Las de verdad caben casi siempre en uno."""

MAX_DIGITS = 300
"""Cifras seguidas en una cabecera. Un nombre de archivo tiene como mucho 255 caracteres, y los `tarfile` sin
el arreglo de CVE-2024-6232 (Python < 3.11.10) tardan el cuadrado de las cifras seguidas: minutos."""

MAX_GLOBAL_HEADERS = 100
"""Claves PAX globales: se acumulan durante todo el tar. Las de verdad llevan una o dos."""

MAX_MEMBERS = 100_000
"""Miembros del archivo exterior: cuatro por capa en Docker 20.10, para 50 imágenes de 500 capas."""

MAX_DOCUMENT = 4 * 2**20
"""Bytes de un documento JSON; la configuración de una imagen de 500 capas ocupa unos 300 KB."""

MAX_DOCUMENTS = 32 * 2**20
"""Bytes de todos los documentos JSON, que se guardan hasta el final porque el manifiesto va detrás,
y bytes que se leen de ellos: un manifiesto puede nombrar miles de veces la misma imagen."""

DOCUMENT_COST = 512
"""Bytes que, además de los suyos, cuenta cada documento cada vez que se lee: uno vacío también da trabajo."""

MAX_INDEX_DEPTH = 4
"""Índices dentro de índices: los de verdad anidan dos."""

FREE_EXPANSION = 4 * 2**30
"""Bytes que puede ocupar, descomprimido, cualquier archivo: unos diez segundos de trabajo."""

MAX_EXPANSION = 100
"""Veces que puede crecer lo comprimido por encima de `FREE_EXPANSION`.
Una capa normal crece entre 2 y 5 veces; una bomba, mil o más."""

PIECE = 2**20
"""Bytes que se leen o descomprimen de una vez."""
