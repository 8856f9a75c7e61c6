"""El proxy, contra pequeños demonios de mentira que hablan bytes crudos por un socket."""

from __future__ import annotations

import os
import random
import resource
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest

from muelle.errors import EngineUnavailable, MuelleError
from muelle.wire import listen
from muelle.wire.talk import Talk, open_talk
from muelle.wire.upstream import connector

Handler = Callable[[socket.socket], None]


class Daemon:
    """Un servidor en un socket Unix que atiende cada conexión con una función."""

    def __init__(self, path: Path, handler: Handler) -> None:
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self.url = f"unix://{path}"
        self._handler = handler
        self._closed = False
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                if self._closed:
                    return
                time.sleep(0.01)  # sin descriptores
                continue
            threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # el cliente puede irse en cualquier momento
            self._handler(connection)

    def close(self) -> None:
        self._closed = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def talking(tmp_path: Path) -> Iterator[Callable[[Handler], Talk]]:
    """Una grabación delante de un demonio de mentira."""
    opened: list[Daemon | Talk] = []

    def start(handler: Handler) -> Talk:
        daemon = Daemon(tmp_path / f"{len(opened)}.sock", handler)
        talk = open_talk(daemon.url)
        opened.extend([talk, daemon])
        return talk

    yield start
    for each in opened:
        each.close()


def dial(talk: Talk) -> socket.socket:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(5)
    client.connect(talk.url.removeprefix("unix://"))
    return client


def read_all(connection: socket.socket) -> bytes:
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "no llegó a cumplirse"
        time.sleep(0.01)


def read_head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            return b""
        head += piece
    return head


def echo(connection: socket.socket) -> None:
    """Devuelve lo que recibe, y se despide cuando el otro lo hace."""
    data = read_all(connection)
    connection.sendall(data)


@pytest.mark.parametrize("seed", range(5))
def test_los_bytes_pasan_identicos_y_cada_sentido_se_cierra_por_separado(
    talking: Callable[[Handler], Talk], seed: int
) -> None:
    """Con bytes que no son HTTP, partidos al azar: el eco solo llega si el medio cierre se respeta."""
    source = random.Random(seed)
    data = source.randbytes(300_000)
    with dial(talking(echo)) as client:

        def send() -> None:
            position = 0
            while position < len(data):
                size = source.randrange(1, 20_000)
                client.sendall(data[position : position + size])
                position += size
            client.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        assert read_all(client) == data
        sender.join()


def test_una_peticion_corriente_queda_grabada_en_cuanto_se_recibe(
    talking: Callable[[Handler], Talk],
) -> None:
    seen: list[bytes] = []

    def daemon(connection: socket.socket) -> None:
        while head := read_head(connection):
            seen.append(head)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsi\n")

    talk = talking(daemon)
    request = b"GET /v1.41/info HTTP/1.1\r\nX-Registry-Auth:  con  espacios \r\nhost: x\r\n\r\n"
    with dial(talk) as client:
        for count in range(1, 4):
            client.sendall(request)
            assert client.recv(1000).endswith(b"si\n")
            exchanges = talk.conversation.exchanges
            assert len(exchanges) == count and exchanges[-1].response_body == b"si\n"
    assert seen == [request] * 3, "el demonio recibe los bytes sin un cambio, credenciales incluidas"
    assert "espacios" not in repr(talk.conversation.exchanges)


def test_lo_que_no_se_guarda_se_cuenta(
    talking: Callable[[Handler], Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("muelle.wire.record.MAX_EXCHANGES", 2)

    def daemon(connection: socket.socket) -> None:
        while read_head(connection):
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    talk = talking(daemon)
    with dial(talk) as client:
        for count in range(1, 4):
            client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
            client.recv(100)
            assert len(talk.conversation.exchanges) == min(count, 2)
            assert ("primeras" in talk.conversation.title) is (count > 2)
    assert "las 2 primeras peticiones de 3" in talk.conversation.title


def test_un_flujo_largo_llega_segun_sale(talking: Callable[[Handler], Talk]) -> None:
    go_on = threading.Event()

    def daemon(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nuno\r\n")
        go_on.wait(5)
        connection.sendall(b"3\r\ndos\r\n0\r\n\r\n")

    talk = talking(daemon)
    with dial(talk) as client:
        client.sendall(b"GET /events HTTP/1.1\r\n\r\n")
        wait_for(lambda: b"uno" in client.recv(1000, socket.MSG_PEEK))
        assert talk.conversation.exchanges[0].response_body == b"uno"
        go_on.set()
        assert b"dos" in read_all(client)
    assert talk.conversation.exchanges[0].response_body == b"unodos"


def test_si_el_cliente_se_va_el_demonio_se_entera(talking: Callable[[Handler], Talk]) -> None:
    gone = threading.Event()

    def daemon(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        if not connection.recv(1):
            gone.set()

    with dial(talking(daemon)) as client:
        client.sendall(b"GET /events HTTP/1.1\r\n\r\n")
        client.recv(1000)
    assert gone.wait(5)


def test_si_el_demonio_muere_a_medias_el_cliente_se_entera_y_se_graba_lo_que_hubo(
    talking: Callable[[Handler], Talk],
) -> None:
    def daemon(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na medias")

    talk = talking(daemon)
    with dial(talk) as client:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        assert read_all(client).endswith(b"a medias")
    (exchange,) = talk.conversation.exchanges
    assert exchange.status == 200 and exchange.response_body == b"a medias"


def test_si_el_demonio_deja_de_leer_el_cliente_se_entera_y_oye_la_respuesta(
    talking: Callable[[Handler], Talk],
) -> None:
    told = threading.Event()

    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.shutdown(socket.SHUT_RD)
            told.wait(5)
            connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")

    with dial(talking(daemon)) as client:
        client.settimeout(None)  # con plazo, Python espera a que haya sitio, y no se entera de lo demás

        def send() -> None:
            with suppress(BrokenPipeError):
                client.sendall(b"POST /x HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n" + b"a" * 50_000_000)

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        sender.join(5)
        assert not sender.is_alive()
        told.set()
        assert b"413" in client.recv(100)


def test_la_respuesta_que_nadie_llego_a_oir_no_se_anota(talking: Callable[[Handler], Talk]) -> None:
    answered = threading.Event()

    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.recv(1)  # el cliente se va
            time.sleep(0.1)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.recv(1)
            answered.set()

    talk = talking(daemon)
    with dial(talk) as client:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        wait_for(lambda: bool(talk.conversation.exchanges))
    assert answered.wait(5)
    assert talk.conversation.exchanges[0].status == 0


def test_una_respuesta_sin_tamano_dura_hasta_que_el_demonio_cuelga(
    talking: Callable[[Handler], Talk],
) -> None:
    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nhola")

    talk = talking(daemon)
    with dial(talk) as client:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        assert read_all(client).endswith(b"hola")
        wait_for(lambda: talk.conversation == talk.conversation)  # ya no cuenta el tiempo


def test_si_el_demonio_ya_no_esta_la_conexion_se_cierra(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / "d.sock", echo)
    talk = open_talk(daemon.url)
    daemon.close()
    with dial(talk) as client:
        assert client.recv(10) == b""
    talk.close()


def test_la_respuesta_llega_aunque_el_demonio_no_lea_toda_la_peticion(
    talking: Callable[[Handler], Talk],
) -> None:
    """Un error a mitad de una subida: el demonio contesta y cierra sin leer el resto."""
    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 50000\r\n\r\n" + b"x" * 50_000

    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.sendall(answer)

    for _ in range(10):
        talk = talking(daemon)
        with dial(talk) as client:
            with suppress(BrokenPipeError, ConnectionResetError):
                client.sendall(b"POST /x HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n" + b"a" * 50_000_000)
            received = b""
            with suppress(ConnectionResetError):
                while piece := client.recv(65536):
                    received += piece
        assert received == answer
        assert talk.conversation.exchanges[0].status == 400


def test_sin_descriptores_libres_se_espera_a_que_los_haya(talking: Callable[[Handler], Talk]) -> None:
    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    talk = talking(daemon)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    clients = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(2)]
    taken = [os.dup(0)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (taken[0] + 20, most[1]))
    try:
        with suppress(OSError):
            while True:
                taken.append(os.dup(0))
        # Para la primera, Linux ya había reservado el suyo y falta el del demonio; para la otra, ambos.
        for client in clients:
            client.settimeout(5)
            client.connect(talk.url.removeprefix("unix://"))
        time.sleep(0.2)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)
        for each in taken:
            os.close(each)
    for client in clients:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        assert b"204" in client.recv(100)
        client.close()


def test_veinte_a_la_vez(talking: Callable[[Handler], Talk]) -> None:
    together = threading.Barrier(20, timeout=10)

    def daemon(connection: socket.socket) -> None:
        if not (head := read_head(connection)):
            return  # la comprobación de que hay alguien
        together.wait()  # nadie responde hasta que están todas
        name = head.split()[1]
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(name), name))

    talk = talking(daemon)

    def ask(number: int) -> bytes:
        with dial(talk) as client:
            client.sendall(b"GET /%d HTTP/1.1\r\n\r\n" % number)
            return read_all(client)

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(20)))
    assert [each.split(b"/")[-1] for each in answers] == [b"%d" % n for n in range(20)]
    heard = {each.path: each.response_body.decode() for each in talk.conversation.exchanges}
    assert heard == {f"/{n}": f"/{n}" for n in range(20)}


def test_trescientas_de_golpe(talking: Callable[[Handler], Talk]) -> None:
    """Más de las que caben en la cola de un demonio: esperan, como esperarían al demonio."""

    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    talk = talking(daemon)
    clients = [dial(talk) for _ in range(300)]
    for client in clients:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
    assert all(b"204" in client.recv(100) for client in clients)
    for client in clients:
        client.close()


def test_el_socket_es_privado_y_al_cerrar_no_queda_nada(talking: Callable[[Handler], Talk]) -> None:
    def daemon(connection: socket.socket) -> None:
        connection.sendall(b"hola")
        read_all(connection)

    before = threading.active_count()
    talk = talking(daemon)
    path = Path(talk.url.removeprefix("unix://"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    client = dial(talk)
    assert client.recv(10) == b"hola"
    talk.close()
    assert client.recv(10) == b"", "cerrar corta las conexiones abiertas"
    assert not path.parent.exists()
    wait_for(lambda: threading.active_count() <= before + 1)  # queda el del demonio de mentira


def test_listen_apunta_docker_host_al_proxy_y_lo_deja_como_estaba(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = Daemon(tmp_path / "d.sock", echo)
    others = ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH")
    for name in others:
        monkeypatch.setenv(name, "mio")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    with pytest.raises(KeyError), listen(daemon.url) as talk:
        assert os.environ["DOCKER_HOST"] == talk.url and not set(others) & set(os.environ)
        assert not set(others) & set(talk.environment(dict.fromkeys(others, "mio")))
        raise KeyError
    assert "DOCKER_HOST" not in os.environ and {os.environ[name] for name in others} == {"mio"}
    daemon.close()


def test_por_tcp_tambien(tmp_path: Path) -> None:
    del tmp_path
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for _ in range(2):  # la comprobación y la petición
            connection, _ = listener.accept()
            with connection:
                if read_head(connection):
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    talk = open_talk(f"tcp://127.0.0.1:{listener.getsockname()[1]}")
    with dial(talk) as client:
        client.sendall(b"GET /por-tcp HTTP/1.1\r\n\r\n")
        assert b"204" in client.recv(100)
    assert talk.conversation.exchanges[0].path == "/por-tcp"
    talk.close()
    listener.close()


@pytest.mark.parametrize(
    "url", ["ssh://ana@servidor", "https://h:2376", "npipe:////./pipe/docker_engine", "raro"]
)
def test_lo_que_no_se_puede_escuchar_se_dice(url: str) -> None:
    with pytest.raises(MuelleError, match="no se puede grabar"):
        open_talk(url)


def test_una_tuberia_de_windows_no_se_cierra_por_un_solo_sentido(monkeypatch: pytest.MonkeyPatch) -> None:
    """La del SDK se cierra entera al pedirle que cierre uno, y con ella lo que falta por leer."""

    class NpipeSocket:
        closed = False

        def connect(self, path: str) -> None:
            self.path = path

        def shutdown(self, how: int) -> None:
            del how
            self.close()

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr("docker.transport.NpipeSocket", NpipeSocket, raising=False)
    monkeypatch.setattr("sys.platform", "win32")
    pipe = connector("npipe:////./pipe/docker_engine")()
    assert isinstance(pipe, NpipeSocket) and pipe.path == "//./pipe/docker_engine"
    pipe.shutdown(socket.SHUT_WR)
    assert not pipe.closed


def test_la_direccion_puede_ir_como_la_escribe_el_sdk(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / "d.sock", echo)
    with connector("http+unix://" + quote(str(tmp_path / "d.sock"), safe=""))() as connection:
        connection.sendall(b"hola")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection) == b"hola"
    daemon.close()


def test_un_motor_que_no_escucha_se_dice(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="no acepta conexiones"):
        open_talk(f"unix://{tmp_path}/nadie.sock")
