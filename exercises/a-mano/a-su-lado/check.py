"""Compara los espacios de los dos, y pide la página desde el vigía."""

from muelle.exercises import diagnosis


def draw(rng):
    number = f"{rng.randrange(16**6):06x}"
    return {"vigia": f"muelle-vigia-{number}", "servicio": f"muelle-servicio-{number}"}


def space(bench, container, kind):
    return bench.execute(container, ["readlink", f"/proc/self/ns/{kind}"])[1].strip()


def check(bench, servicio, vigia):
    found = {name: bench.container(name) for name in (servicio, vigia)}
    missing = [name for name, each in found.items() if not each or bench.status(each) != "running"]
    assert not missing, diagnosis(
        f"no está en marcha {' ni '.join(missing)}.",
        "los dos contenedores en marcha, con los nombres que te tocaron.",
        "los espacios de nombres de un contenedor duran lo que dura su proceso.",
    )
    service, lookout = found.values()
    assert bench.reaches(lookout, "127.0.0.1"), diagnosis(
        "el vigía no recibe la página cuando pide http://127.0.0.1/.",
        "que esté en el mismo espacio de red que el servicio.",
        "127.0.0.1 es uno mismo: solo quien comparte la red de otro lo encuentra ahí.",
    )
    assert space(bench, lookout, "pid") == space(bench, service, "pid"), diagnosis(
        "el vigía y el servicio están en espacios de procesos distintos.",
        "que el vigía vea los procesos del servicio, y solo esos.",
        "compartir la red no comparte los procesos: cada espacio se pide aparte.",
    )
    assert space(bench, lookout, "net") == space(bench, service, "net"), diagnosis(
        "la página que recibe el vigía no es la del servicio: tiene su propia red.",
        "que los dos estén en el mismo espacio de red.",
        "copiar el servicio en otro sitio no enseña qué le pasa al primero.",
    )
