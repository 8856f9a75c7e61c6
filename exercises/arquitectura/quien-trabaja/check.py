"""El CLI es un cliente: la comprobación crea y mira un contenedor sin usarlo."""

from muelle.exercises import diagnosis


def check(answer, bench, client):
    container = bench.run(bench.base, ["sleep", "60"])
    client.close()  # quien lo pidió cuelga; la pregunta siguiente abre otra conexión
    bench.pause(0.2)
    goes_on = bench.status(container) == "running"
    assert answer["siguen"] == goes_on, diagnosis(
        "los contenedores se paran con el CLI; arranqué uno, colgué, y al volver a preguntar seguía.",
        "que un contenedor siga mientras siga su proceso.",
        "el cliente lo pidió y se fue: quien cuida del contenedor está al lado del demonio.",
    )
    created = bool(container.id)
    assert answer["crear"] == created, diagnosis(
        "sin el CLI no se puede crear nada; esta comprobación acaba de crear un contenedor sin él.",
        "que cuenten también los otros clientes.",
        "todo lo que hace el CLI es pedirlo por la API REST, y la API está abierta a cualquier programa.",
    )
    known_by_daemon = any(row["Id"] == container.id for row in client.api.containers(all=True))
    assert answer["propia"] != known_by_daemon, diagnosis(
        "la lista la guarda el CLI; el demonio me la acaba de dar a mí.",
        "que la lista esté donde están los contenedores.",
        "por eso dos terminales, o dos personas, ven siempre los mismos contenedores.",
    )
