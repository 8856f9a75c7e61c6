"""Los límites con que se lee un archivo ajeno, y por qué.

Un archivo de imagen puede venir de cualquiera: su lectura no debe agotar ni la memoria ni la paciencia.
Lo que se limita es lo que gasta este proceso, no lo que el archivo dice de sí mismo.
"""

from muelle.errors import BadArchive


class ExcessError(BadArchive):
    """El archivo pasa de un límite: se deja de leer, aunque lo desmedido no sea de la imagen que se busca."""


MAX_ENTRIES = 10_000_000
"""Rutas en todas las capas: unos 2 GB de memoria. Una imagen grande de verdad (un escritorio, CUDA) tiene
menos de 300.000; las hay de millones, con conjuntos de datos."""

MAX_NAMES = 2 * 2**30
"""Bytes de todos los nombres y destinos de enlaces: diez millones de rutas de 200 bytes."""

MAX_IMPLIED = 10
"""Carpetas que se dan por hechas por cada archivo, de media: más allá de `FREE_IMPLIED`, el tar solo busca
que cada ruta cueste mucho."""

FREE_IMPLIED = 50_000
"""Carpetas que cualquier capa puede dar por hechas."""

MAX_STEPS = 2_000_000
"""Pasos andando por enlaces simbólicos o quitando lo que otra entrada sustituye: un par de segundos."""

MAX_PATH = 4096
"""Bytes de una ruta: `PATH_MAX` de Linux, que ningún contenedor puede superar."""

MAX_LINKS = 40
"""Enlaces simbólicos en una ruta: `MAXSYMLINKS` de Linux."""

MAX_HEADER = 2**20
"""Bytes de una cabecera que amplía a otra (PAX, nombres largos): el mismo límite que Go, o sea el motor."""

MAX_MEMBERS = 1_000_000
"""Miembros del archivo exterior: cuatro por capa en Docker 20.10, uno por blob en OCI."""

MAX_DOCUMENT = 8 * 2**20
"""Bytes de un documento JSON de la imagen; los motores admiten 4 MiB en un manifiesto, y la configuración de
una imagen de 500 capas ocupa unos 300 KB. Uno mayor no es de la imagen: suele ser una atestación."""

MAX_DOCUMENTS = 64 * 2**20
"""Bytes de los documentos que se guardan hasta el final porque el índice va detrás, y bytes que se leen
de ellos: un manifiesto puede nombrar miles de veces la misma imagen."""

DOCUMENT_COST = 512
"""Bytes que, además de los suyos, cuenta cada documento cada vez que se lee: uno vacío también da trabajo."""

MAX_INDEX_DEPTH = 4
"""Índices dentro de índices: los de verdad anidan dos."""

FREE_EXPANSION = 64 * 2**30
"""Bytes que puede ocupar, descomprimido, cualquier archivo: unos minutos de trabajo."""

MAX_EXPANSION = 100
"""Veces que puede crecer lo comprimido por encima de `FREE_EXPANSION`.
Una capa normal crece entre 2 y 5 veces; gigabytes de ceros, mil: son pocos y se leen."""

MAX_WINDOW = 2**31
"""Bytes de memoria que puede pedir un descompresor: la ventana mayor de zstd y de xz en uso."""

MAX_HOLES = 4 * 2**30
"""Bytes de huecos que se recorren para la huella de un archivo; con más, la huella es de su mapa."""

MAX_PADDING = 4 * 2**30
"""Bytes que se leen detrás del final del tar de una capa para comprobar su DiffID, que los abarca: unos
segundos de trabajo. Un tar corriente lleva menos de 10 KiB."""

PIECE = 2**20
"""Bytes que se leen o descomprimen de una vez."""

TRAILING_PIECES = 64
"""Trozos que se leen detrás del final de un tar: el relleno, para que quien lo envía por una tubería acabe.
Un archivo de 100 GB que detrás de la imagen (o sin ninguna) solo lleva ceros no se lee entero."""
