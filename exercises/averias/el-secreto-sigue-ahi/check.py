"""La firma está; la clave, ni en las capas ni en el historial."""

import json

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "imagen": f"muelle/firmada:{key}",
        "clave": f"clave-{rng.randrange(16**10):010x}",
        "firma": f"firma-{rng.randrange(16**10):010x}",
    }


def check(bench, client, imagen, clave, firma):
    files = bench.layer_files(imagen) if bench.image_id(imagen) else []
    kept = [layer["firma.txt"] for layer in files if "firma.txt" in layer]
    assert kept and kept[-1].strip() == firma.encode(), diagnosis(
        "la imagen no está, o no tiene su /firma.txt.",
        "la firma de siempre, en el mismo sitio.",
        "sin ella la imagen no sirve para nada.",
    )
    told = json.dumps([client.api.inspect_image(imagen), client.api.history(imagen)])
    inside = any(clave.encode() in data for layer in files for data in layer.values())
    assert clave not in told and not inside, diagnosis(
        "la clave sigue en una de las capas." if inside else "la clave se lee en el historial de la imagen.",
        "que no haya pasado por ninguna capa ni por ninguna orden.",
        "quien tenga la imagen tiene todas sus capas y su historial, también lo que otra capa tapa.",
    )
