"""Lo que hay en el motor con ciertas marcas, para comparar antes y después.

Que no quede *nada* con una marca solo es verdad en un motor recién hecho: en otro puede haber restos de una
pasada cortada, que no son culpa de la que mira.
"""

from __future__ import annotations

from collections.abc import Iterable

import docker

from muelle.faults.listing import image_names, listed_images


def remains(client: docker.DockerClient, labels: Iterable[str], names: Iterable[str] = ()) -> frozenset[str]:
    """Los contenedores, imágenes, volúmenes y redes con alguna de esas marcas.

    Args:
        client: cliente del motor.
        labels: etiquetas, «clave» o «clave=valor».
        names: nombres de imagen, sin etiqueta («muelle/prueba»).

    Returns:
        Cada cosa, como «clase identificador».
    """
    found: set[str] = set()
    for label in labels:
        mine = {"label": label}
        found |= {f"contenedor {each['Id']}" for each in client.api.containers(all=True, filters=mine)}
        found |= {f"imagen {each['Id']}" for each in listed_images(client.api, mine)}
        found |= {f"volumen {each['Name']}" for each in client.api.volumes(filters=mine)["Volumes"] or ()}
        found |= {f"red {each['Id']}" for each in client.api.networks(filters=mine)}
    for name in names:
        images = listed_images(client.api, {"reference": name})
        found |= {f"nombre {tag}" for each in images for tag in image_names(each)}
    return frozenset(found)
