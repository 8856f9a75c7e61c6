"""Lo hace de verdad, y mira el segundo contenedor y las capas de la imagen."""

from muelle.exercises import diagnosis


def check(answer, bench):
    before = bench.layers(bench.base)
    second = bench.create(bench.base)
    first = bench.run(bench.base, ["sh", "-c", "echo faro > /palabra.txt; rm /etc/motd"])
    bench.exit_code(first)
    assert answer["palabra"] == (bench.read(second, "/palabra.txt") is not None), diagnosis(
        f"{answer['palabra']} para «palabra»; lo escribí en uno y miré en el otro.",
        "lo que ve el segundo contenedor.",
        "dos contenedores comparten las capas de la imagen, que son de solo lectura, y ninguna de escritura.",
    )
    assert answer["motd"] == (bench.read(second, "/etc/motd") is not None), diagnosis(
        f"{answer['motd']} para «motd»; lo borré en uno y miré en el otro.",
        "lo que ve el segundo contenedor.",
        "un contenedor no puede borrar nada de una capa de la imagen: solo taparlo para sí.",
    )
    assert answer["imagen"] == (bench.layers(bench.base) != before), diagnosis(
        f"{answer['imagen']} para «imagen»; sus capas, antes y después, tienen los mismos DiffID.",
        "lo que le pasa a la imagen cuando un contenedor escribe.",
        "una capa se llama por lo que contiene: si cambiara, sería otra capa.",
    )
