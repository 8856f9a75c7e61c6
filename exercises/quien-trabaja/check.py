"""El CLI es un cliente: la comprobación crea y mira un contenedor sin usarlo."""

from muelle.exercises import diagnosis


def check(answer, bench, client):
    container = bench.run(bench.base, ["sleep", "60"])
    running = bench.status(container) == "running"
    assert answer["siguen"] == running, diagnosis(
        "crees que los contenedores se paran con el CLI; acabo de arrancar uno sin CLI y está en marcha.",
        "que los procesos dependan de quien los arrancó de verdad.",
        "los contenedores son hijos del demonio: el cliente puede irse.",
    )
    created = bool(container.id)
    assert answer["crear"] == created, diagnosis(
        "crees que sin el CLI no se puede crear nada; esta comprobación acaba de crear un contenedor sin él.",
        "que cuenten también los otros clientes.",
        "todo lo que hace el CLI es pedirlo por la API REST, y la API está abierta a cualquier programa.",
    )
    known_by_daemon = any(row["Id"] == container.id for row in client.api.containers(all=True))
    assert answer["propia"] != known_by_daemon, diagnosis(
        "crees que la lista la guarda el CLI; el demonio me la acaba de dar a mí.",
        "que la lista esté donde están los contenedores.",
        "por eso dos terminales, o dos personas, ven siempre los mismos contenedores.",
    )
