"""Lo que el proceso ve se mira dentro; lo que puede gastar, en lo que apuntó el motor."""

from muelle.exercises import UnsupportedError, diagnosis

MIB = 1024 * 1024


def draw(rng):
    return {
        "nombre": f"muelle-encerrado-{rng.randrange(16**6):06x}",
        "maquina": f"{rng.choice(['faro', 'boya', 'ancla'])}-{rng.randint(10, 99)}",
        "memoria": rng.randint(32, 64) * MIB,
        "procesos": rng.randint(40, 90),
    }


def inside(bench, container, *command):
    return bench.execute(container, list(command))[1].strip()


def settled(bench, box):
    """Su estado, cuando ya sirve o ya acabó: al nacer, `servir` es un guion que aún no deja sitio a httpd."""
    bench.wait(lambda: bench.status(box) != "running" or bench.reaches(box, "127.0.0.1"), 5)
    return bench.status(box)


def noted(bench):
    """Los topes que apunta el motor, de los que se le piden; sin root, o sin cuenta de swap, no todos."""
    limits = {"mem_limit": 32 * MIB, "memswap_limit": 32 * MIB, "pids_limit": 40}
    host = bench.create(bench.base, ["true"], **limits).attrs["HostConfig"]
    return host["Memory"] == 32 * MIB, host["MemorySwap"] == 32 * MIB, host["PidsLimit"] == 40


def check(bench, nombre, maquina, memoria, procesos):
    box = bench.container(nombre)
    assert box and settled(bench, box) == "running", diagnosis(
        f"no hay ningún contenedor en marcha llamado «{nombre}».",
        "que exista y siga en marcha.",
        "los espacios de nombres duran lo que dura el proceso.",
    )
    called = inside(bench, box, "hostname")
    assert called == maquina, diagnosis(
        f"dentro, la máquina se llama «{called[:60]}».",
        f"que se llame «{maquina}».",
        "el nombre del contenedor es para el motor; el de la máquina está en su espacio de nombres.",
    )
    links = inside(bench, box, "ls", "/sys/class/net").split()
    assert "eth0" not in links, diagnosis(
        "dentro hay un cable, eth0.",
        "que no haya más que lo.",
        "no publicar nada cierra la puerta, pero el cable sigue enchufado al puente.",
    )
    first = inside(bench, box, "cat", "/proc/1/comm")
    assert first == "httpd", diagnosis(
        f"el proceso 1 es «{first[:60]}».",
        "que sea httpd.",
        "al proceso 1 le llegan las señales, y cuando muere se acaba el contenedor: ha de ser el servicio.",
    )
    notes_memory, notes_swap, notes_pids = noted(bench)
    if not (notes_memory and notes_pids):
        raise UnsupportedError("Este motor no puede poner límites: el ejercicio necesita uno que pueda.")
    host = box.attrs["HostConfig"]
    assert host["Memory"] == memoria, diagnosis(
        f"su tope de memoria es {host['Memory'] or 'ninguno'}.",
        f"{memoria} bytes.",
        "sin tope, un servicio con una fuga se lleva por delante a los demás.",
    )
    assert host["MemorySwap"] == memoria or not notes_swap, diagnosis(
        f"entre memoria y swap puede llegar a {host['MemorySwap'] or 'cualquier cantidad'}.",
        f"{memoria} bytes entre las dos.",
        "`memswap_limit` es la suma: si no se dice, el motor deja gastar otro tanto de swap.",
    )
    assert host["PidsLimit"] == procesos, diagnosis(
        f"su tope de procesos es {host['PidsLimit'] or 'ninguno'}.",
        f"{procesos}.",
        "sin tope, quien se reproduce sin parar acaba con los números de proceso de toda la máquina.",
    )
