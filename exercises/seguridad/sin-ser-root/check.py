"""Arranca el servicio y mira quién es, qué dejó escrito y quién más podría escribir."""

from muelle.exercises import diagnosis


def draw(rng):
    return {"puerto": rng.randint(3000, 7999)}


def check(answer, bench, puerto):
    box = bench.run(bench.build(answer))
    served = bench.reaches(box, f"127.0.0.1:{puerto}")
    user = bench.execute(box, ["id", "-u"])[1].strip()
    written = bench.execute(box, ["test", "-s", "/datos/inicio"])[0]
    mode = bench.execute(box, ["stat", "-c", "%A", "/datos"])[1].strip()
    assert served, diagnosis(
        "la página no llega: el servicio se ha parado, o no escucha en ese puerto.",
        f"que sirva /www en el puerto {puerto}.",
        "quien no es root necesita que las carpetas en las que escribe sean suyas.",
    )
    assert user != "0", diagnosis(
        "el servicio se ejecuta como el usuario 0.",
        "cualquier otro.",
        "quien se cuele por el servicio será quien sea el servicio.",
    )
    assert written == 0, diagnosis(
        "en /datos/inicio no hay nada.",
        "la fecha en que arrancó.",
        "quitarle el trabajo a un programa no es quitarle permisos.",
    )
    assert not mode.endswith(("w-", "wx", "wt")), diagnosis(
        f"en /datos puede escribir cualquiera ({mode}).",
        "que escriba su dueño, que es el servicio.",
        "con permiso para todos, da igual de quién sea.",
    )
