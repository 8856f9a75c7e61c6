"""El proxy, contra pequeños demonios de mentira que hablan bytes crudos por un socket."""

from __future__ import annotations

import os
import random
import resource
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest

from muelle.engine import Endpoint, transport
from muelle.errors import EngineUnavailable, MuelleError
from muelle.wire import listen
from muelle.wire.needs import environment
from muelle.wire.talk import Talk, open_talk
from patience import PATIENCE, wait_until

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
                connection = wait_until(self._accepted, "queda un descriptor para el demonio")
            except OSError:
                return
            threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _accepted(self) -> socket.socket | None:
        """La conexión siguiente; None si ahora no hay descriptores."""
        try:
            return self._listener.accept()[0]
        except OSError:
            if self._closed:
                raise
            return None

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
    client.settimeout(PATIENCE)
    client.connect(talk.url.removeprefix("unix://"))
    return client


def read_all(connection: socket.socket) -> bytes:
    data = b""
    while piece := connection.recv(65536):
        data += piece
    return data


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
def test_bytes_pass_untouched_and_each_way_closes_on_its_own(
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


def test_a_plain_request_is_recorded_as_soon_as_it_is_received(
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


def test_what_is_not_kept_is_counted(
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
    assert "las primeras: 2 de 3" in talk.conversation.title


def test_a_long_stream_arrives_as_it_is_sent(talking: Callable[[Handler], Talk]) -> None:
    go_on = threading.Event()

    def daemon(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nuno\r\n")
        go_on.wait(PATIENCE)
        connection.sendall(b"3\r\ndos\r\n0\r\n\r\n")

    talk = talking(daemon)
    with dial(talk) as client:
        client.sendall(b"GET /events HTTP/1.1\r\n\r\n")
        wait_until(lambda: b"uno" in client.recv(1000, socket.MSG_PEEK), "llega lo primero")
        assert talk.conversation.exchanges[0].response_body == b"uno"
        go_on.set()
        assert b"dos" in read_all(client)
    assert talk.conversation.exchanges[0].response_body == b"unodos"


def test_when_the_client_leaves_the_daemon_knows(talking: Callable[[Handler], Talk]) -> None:
    gone = threading.Event()

    def daemon(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        if not connection.recv(1):
            gone.set()

    with dial(talking(daemon)) as client:
        client.sendall(b"GET /events HTTP/1.1\r\n\r\n")
        client.recv(1000)
    assert gone.wait(PATIENCE)


def test_when_the_daemon_dies_half_way_the_client_knows_and_what_there_was_is_recorded(
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


def test_when_the_daemon_stops_reading_the_client_knows_and_hears_the_answer(
    talking: Callable[[Handler], Talk],
) -> None:
    told = threading.Event()

    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.shutdown(socket.SHUT_RD)
            told.wait(PATIENCE)
            connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")

    with dial(talking(daemon)) as client:
        client.settimeout(None)  # con plazo, Python espera a que haya sitio, y no se entera de lo demás

        def send() -> None:
            with suppress(BrokenPipeError):
                client.sendall(b"POST /x HTTP/1.1\r\nContent-Length: 50000000\r\n\r\n" + b"a" * 50_000_000)

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        sender.join(PATIENCE)
        assert not sender.is_alive()
        told.set()
        assert b"413" in client.recv(100)


def test_an_answer_that_nobody_heard_is_not_noted(talking: Callable[[Handler], Talk]) -> None:
    answered = threading.Event()

    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.recv(1)  # el cliente se va
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.recv(1)
            answered.set()

    talk = talking(daemon)
    with dial(talk) as client:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        wait_until(lambda: talk.conversation.exchanges, "se anota la petición")
    assert answered.wait(PATIENCE)
    assert talk.conversation.exchanges[0].status == 0


def test_an_answer_without_size_lasts_until_the_daemon_hangs_up(
    talking: Callable[[Handler], Talk],
) -> None:
    def daemon(connection: socket.socket) -> None:
        if read_head(connection):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\nhola")

    talk = talking(daemon)
    with dial(talk) as client:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        assert read_all(client).endswith(b"hola")
        wait_until(lambda: talk.conversation == talk.conversation, "deja de contar el tiempo")


def test_without_a_daemon_the_connection_is_closed(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / "d.sock", echo)
    talk = open_talk(daemon.url)
    daemon.close()
    with dial(talk) as client:
        assert client.recv(10) == b""
    talk.close()


def test_the_answer_arrives_even_if_the_daemon_does_not_read_the_whole_request(
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


def test_without_free_descriptors_it_waits_for_them(
    talking: Callable[[Handler], Talk], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = threading.Semaphore(0)
    monkeypatch.setattr("muelle.wire.proxy.time", SimpleNamespace(sleep=lambda _: tried.release()))

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
            client.settimeout(PATIENCE)
            client.connect(talk.url.removeprefix("unix://"))
        assert tried.acquire(timeout=PATIENCE), "el proxy no llegó a quedarse sin descriptores"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, most)
        for each in taken:
            os.close(each)
    for client in clients:
        client.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        assert b"204" in client.recv(100)
        client.close()


def test_twenty_at_once(talking: Callable[[Handler], Talk]) -> None:
    together = threading.Barrier(20, timeout=PATIENCE)

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


def test_three_hundred_at_a_stroke(talking: Callable[[Handler], Talk]) -> None:
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


def test_the_socket_is_private_and_closing_leaves_nothing(talking: Callable[[Handler], Talk]) -> None:
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
    # Queda el del demonio de mentira.
    wait_until(lambda: threading.active_count() <= before + 1, "acaban los hilos del proxy")


def test_listen_points_docker_host_at_the_proxy_and_restores_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = Daemon(tmp_path / "d.sock", echo)
    others = ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH")
    for name in others:
        monkeypatch.setenv(name, "mio")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    with pytest.raises(KeyError), listen(daemon.url) as talk:
        assert os.environ["DOCKER_HOST"] == talk.url and not set(others) & set(os.environ)
        assert not set(others) & set(environment(talk.ear, dict.fromkeys(others, "mio")))
        raise KeyError
    assert "DOCKER_HOST" not in os.environ and {os.environ[name] for name in others} == {"mio"}
    daemon.close()


def test_over_tcp_too(tmp_path: Path) -> None:
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
def test_what_cannot_be_heard_is_said(url: str) -> None:
    with pytest.raises(MuelleError, match="grabar"):
        open_talk(url)


def test_a_windows_pipe_does_not_close_one_way_only(monkeypatch: pytest.MonkeyPatch) -> None:
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
    pipe = transport.connect("npipe:////./pipe/docker_engine")
    assert isinstance(pipe, NpipeSocket) and pipe.path == "//./pipe/docker_engine"
    pipe.shutdown(socket.SHUT_WR)
    assert not pipe.closed


def test_the_address_may_be_written_as_the_sdk_does(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / "d.sock", echo)
    with transport.connect("http+unix://" + quote(str(tmp_path / "d.sock"), safe="")) as connection:
        connection.sendall(b"hola")
        connection.shutdown(socket.SHUT_WR)
        assert read_all(connection) == b"hola"
    daemon.close()


def test_an_engine_that_does_not_listen_is_said(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="No hay ningún motor en unix://"):
        open_talk(f"unix://{tmp_path}/nadie.sock")


def test_a_connection_that_hangs_does_not_stop_the_others(tmp_path: Path) -> None:
    """El motor tarda en aceptar la primera; la segunda, mientras, habla."""
    daemon = Daemon(tmp_path / "d.sock", echo)
    stuck, release = threading.Event(), threading.Event()
    turns = iter(["la comprobación", "cuelga"])

    class Slow(Endpoint):
        def connect(self) -> socket.socket:
            if next(turns, "") == "cuelga":
                stuck.set()
                release.wait(PATIENCE)
            return super().connect()

    talk = open_talk(Slow(daemon.url, "la prueba"))
    with dial(talk), suppress(TimeoutError):
        assert stuck.wait(PATIENCE)
        with dial(talk) as second:
            second.settimeout(PATIENCE)
            second.sendall(b"hola")
            second.shutdown(socket.SHUT_WR)
            heard = read_all(second)
    release.set()
    talk.close()
    daemon.close()
    assert heard == b"hola"


def test_a_bug_of_ours_while_noting_is_said_and_cuts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_query: str) -> str:
        raise RuntimeError("un fallo del curso")

    monkeypatch.setattr("muelle.wire.redact.query", broken)
    daemon = Daemon(tmp_path / "d.sock", echo)
    talk = open_talk(daemon.url, "la prueba")
    sent = b"GET /info?a=1 HTTP/1.1\r\n\r\n"
    with dial(talk) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        assert read_all(client) == sent
    talk.close()
    daemon.close()
    assert talk.conversation.title == "la prueba (falta una parte por un fallo del curso: avisa de él)"
