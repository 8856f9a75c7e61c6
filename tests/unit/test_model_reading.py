"""Historiales enteros: cada fila se lee sabiendo lo que dicen las de debajo."""

from muelle.model import Known, Row, keywords, read_history

BUILDKIT = "buildkit.dockerfile.v0"
NOW = "2026-11-24T10:00:00Z"
EPOCH = "1970-01-01T00:00:00Z"


def texts(
    *created_by: str, comment: str = "", created: str | None = NOW, known: Known | None = None
) -> list[str]:
    rows = [Row(each, created=created, comment=comment) for each in created_by]
    return [text for _, text in (read_history(rows, known) if known else read_history(rows))]


def words(*created_by: str, comment: str = "", created: str | None = NOW) -> list[str]:
    return [
        word for word, _ in read_history([Row(each, created=created, comment=comment) for each in created_by])
    ]


def test_another_shell_is_taken_off_every_row_above() -> None:
    assert texts(
        "RUN /bin/sh -c echo a # buildkit",
        "SHELL [/bin/bash -o pipefail -c]",
        "RUN /bin/bash -o pipefail -c echo b | c # buildkit",
        'CMD ["/bin/bash" "-o" "pipefail" "-c" "echo \\"d\\""]',
        "SHELL [/bin/sh -c]",
        'ENTRYPOINT ["/bin/bash" "-o" "pipefail" "-c" "echo e"]',
        "RUN /bin/bash -o pipefail -c f # buildkit",
    ) == [
        "RUN echo a",
        'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
        "RUN echo b | c",
        'CMD echo "d"',
        'SHELL ["/bin/sh", "-c"]',
        'ENTRYPOINT ["/bin/bash", "-o", "pipefail", "-c", "echo e"]',
        "RUN /bin/bash -o pipefail -c f",
    ]


def test_the_classic_builder_writes_the_shell_before_everything() -> None:
    assert texts(
        '/bin/ash -e -c echo pre; eval "$0" #(nop)  SHELL [/bin/ash -e -c echo pre; eval "$0"]',
        '/bin/ash -e -c echo pre; eval "$0" #(nop)  ENV A=1 2',
        '/bin/ash -e -c echo pre; eval "$0" echo "#(nop)  CMD x"',
        '/bin/ash -e -c echo pre; eval "$0" #(nop) COPY --chown=1:2file:16bff6c9fe69 in /y ',
    ) == [
        'SHELL ["/bin/ash", "-e", "-c", "echo pre; eval \\"$0\\""]',
        'ENV A="1 2"',
        'RUN echo "#(nop)  CMD x"',
        "COPY --chown=1:2 … /y",
    ]
    assert keywords(
        ["/bin/ash -e -c x #(nop)  SHELL [/bin/ash -e -c x]", "/bin/ash -e -c x #(nop)  ENV A=1"]
    ) == [
        "SHELL",
        "ENV",
    ]


def test_powershell() -> None:
    strict = "powershell -Command $ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"
    assert texts(
        f"{strict} #(nop)  SHELL [{strict}]",
        f"{strict} Invoke-WebRequest x",
        f"{strict} #(nop)  ENV A=C:\\x y",
    ) == [
        'SHELL ["powershell", "-Command", "$ErrorActionPreference = \'Stop\'; '
        "$ProgressPreference = 'SilentlyContinue';\"]",
        "RUN Invoke-WebRequest x",
        'ENV A="C:\\x y"',
    ]
    assert texts("RUN powershell -Command $ErrorActionPreference = 'Stop'; ls # buildkit") == ["RUN ls"]
    assert texts("cmd /S /C dir", "cmd /S /C #(nop)  USER x") == ["RUN dir", "USER x"]


def test_arg_values_are_whatever_they_are() -> None:
    """Con espacios, con un intérprete dentro, con otro `=`: la orden empieza detrás de todos."""
    args = ["ARG MSG=hola mundo", "ARG CMDLINE=/bin/sh -c x", "ARG SIN", "ARG U=1 V=dos tres"]
    before = "|5 MSG=hola mundo CMDLINE=/bin/sh -c x SIN= U=1 V=dos tres"
    found = texts(
        *args,
        f"RUN {before} /bin/sh -c echo $MSG # buildkit",
        f"RUN {before} true a b # buildkit",
        f"RUN {before} /bin/sh -c /bin/sh -c 'a=1 b' # buildkit",
        comment=BUILDKIT,
    )
    assert found == [
        'ARG MSG="hola mundo"',
        'ARG CMDLINE="/bin/sh -c x"',
        "ARG SIN",
        'ARG U=1 V="dos tres"',
        "RUN echo $MSG",
        'RUN ["true", "a", "b"]',
        "RUN /bin/sh -c 'a=1 b'",
    ]


def test_arg_values_nobody_told() -> None:
    """Sin la fila ARG (la imagen se aplastó, o el valor vino de fuera) también se encuentra la orden."""
    assert texts(
        "RUN |1 MSG=hola mundo /bin/sh -c echo $MSG # buildkit",
        "RUN |1 CMDLINE=/bin/sh -c x /bin/sh -c echo hi # buildkit",
        "|2 A=1 B=pasado por fuera /bin/sh -c /bin/sh -c 'x=1 y'",
        "|8 CMDLINE=/bin/sh -c x MSG=hola mundo U=1 V=dos tres /bin/sh -c x=1 y=2",
        '|2 A=1 /bin/sh -c ["sh", "-c", "echo hola"]',
        "|1 A= /bin/sh -c echo",
    ) == [
        "RUN echo $MSG",
        "RUN echo hi",
        "RUN /bin/sh -c 'x=1 y'",
        "RUN x=1 y=2",
        'RUN ["sh", "-c", "echo hola"]',
        "RUN echo",
    ]


def test_variables_get_their_quotes_back() -> None:
    env = Known(env=frozenset({"JAVA_OPTS", "B"}), labels=frozenset({"uso"}))
    assert texts(
        "ENV A=b c B=2",
        'ENV Q=di "hola" R=it\'s',
        "ENV T=cuesta $3",
        "ENV JAVA_OPTS=-Xmx1g -Dx=1",
        "LABEL con espacio=v",
        "LABEL k=$x org.opencontainers.image.title=Un título",
        comment=BUILDKIT,
    ) == [
        'ENV A="b c" B=2',
        'ENV Q="di \\"hola\\"" R="it\'s"',
        'ENV T="cuesta \\$3"',
        'ENV JAVA_OPTS="-Xmx1g -Dx=1"',
        'LABEL "con espacio"=v',
        'LABEL k="\\$x" org.opencontainers.image.title="Un título"',
    ]
    assert texts("ENV JAVA_OPTS=a b=c B=2", "LABEL uso=pon a=b", known=env) == [
        'ENV JAVA_OPTS="a b=c" B=2',
        'LABEL uso="pon a=b"',
    ]
    spaced = Known(volumes=frozenset({"/c d", "/e"}), shell=("/bin/sh", "-c", "a b", "c"))
    assert texts("VOLUME [/c d /e]", "VOLUME [/c /d]", "SHELL [/bin/sh -c a b c]", known=spaced) == [
        'VOLUME ["/c d", "/e"]',
        "VOLUME /c /d",
        'SHELL ["/bin/sh", "-c", "a b", "c"]',
    ]
    for original in (
        'ENV A="b c" B=2',
        "ENV LEG hola mundo",
        "ENV T=a\\ b",
        "ENV P=${A}x:$PATH",
        "ARG CMDLINE MSG",
    ):
        assert texts(f"/bin/sh -c #(nop) {original}") == [original]
    assert texts("ENV PATH=$PATH:/kaniko") == ["ENV PATH=$PATH:/kaniko"]


def test_lists_are_json() -> None:
    assert texts(
        'CMD ["echo" "a, b" "c\\td"]',
        '/bin/sh -c #(nop)  CMD ["echo" "ñ\\a\\u200b\\\\" ""]',
        'CMD ["/bin/sh" "-c" "echo hola \\"que tal\\""]',
        'ENTRYPOINT ["/bin/sh" "-c"]',
        "ENTRYPOINT []",
        '/bin/sh -c #(nop) CMD sh -c "x"',
        "VOLUME [/a /b]",
        '/bin/sh -c #(nop) VOLUME ["/c d", "/e"]',
    ) == [
        'CMD ["echo", "a, b", "c\\td"]',
        'CMD ["echo", "ñ\\u0007\u200b\\\\", ""]',
        'CMD echo hola "que tal"',
        'ENTRYPOINT ["/bin/sh", "-c"]',
        "ENTRYPOINT []",
        'CMD sh -c "x"',
        "VOLUME /a /b",
        'VOLUME ["/c d", "/e"]',
    ]


def test_healthcheck_of_every_version() -> None:
    written = 'HEALTHCHECK --interval=30s --timeout=3s --start-period=1m --retries=7 CMD wget "x" || exit 1'
    test = '[CMD-SHELL wget "x" || exit 1]'
    quoted = '["CMD-SHELL" "wget \\"x\\" || exit 1"]'
    assert (
        texts(
            f'/bin/sh -c #(nop)  HEALTHCHECK &{{{quoted} "30s" "3s" "1m0s" \'\\a\'}}',
            f'HEALTHCHECK &{{{quoted} "30s" "3s" "1m0s" "0s" \'\\a\'}}',
            f"/bin/sh -c #(nop)  HEALTHCHECK &{{{test} 30s 3s 1m0s 0s 7}}",
            f"HEALTHCHECK {{Test:{test} Interval:30s Timeout:3s StartPeriod:1m0s "
            "StartInterval:0s Retries:7}",
        )
        == [written] * 4
    )
    assert texts(
        'HEALTHCHECK &{["CMD" "CMD" "it\'s" "a\\"b"] "0s" "0s" "0s" \'\\\'\'}',
        'HEALTHCHECK &{["CMD-SHELL" "echo \'x\'"] "1m30s" "0s" "0s" \'Ĭ\'}',
        "/bin/sh -c #(nop)  HEALTHCHECK &{[CMD it's a\"b] 0s 0s 0s 0s 39}",
        "HEALTHCHECK &{[NONE] 0s 0s 0s 0s 0}",
        "/bin/sh -c #(nop) HEALTHCHECK --retries=300 --interval=1m30s CMD echo 'x'",
    ) == [
        'HEALTHCHECK --retries=39 CMD ["CMD", "it\'s", "a\\"b"]',
        "HEALTHCHECK --interval=1m30s --retries=300 CMD echo 'x'",
        'HEALTHCHECK --retries=39 CMD ["it\'s", "a\\"b"]',
        "HEALTHCHECK NONE",
        "HEALTHCHECK --retries=300 --interval=1m30s CMD echo 'x'",
    ]


def test_documents_inside_an_instruction() -> None:
    assert texts(
        "RUN /bin/sh -c echo uno\ncat <<EOF\nx\nEOF\n # buildkit",
        'RUN /bin/sh -c <<-"EOT" sh -e\n\techo tres\nEOT # buildkit',
        "RUN /bin/sh -c cat <<A >/x && cat <<B >/y\nhola\nA\nadios\nB # buildkit",
        "RUN /bin/sh -c /dev/pipes/EOF # buildkit",
        "COPY <<F /f # buildkit",
        "/bin/sh -c <<FIN\necho uno\necho dos",
        '/bin/sh -c --mount=type=tmpfs,target=/m ["ls", "/m"]',
    ) == [
        "RUN <<EOF1\necho uno\ncat <<EOF\nx\nEOF\nEOF1",
        'RUN <<-"EOT" sh -e\n\techo tres\nEOT',
        "RUN cat <<A >/x && cat <<B >/y\nhola\nA\nadios\nB",
        "RUN <<EOF\n…\nEOF",
        "COPY <<F /f\n…\nF",
        "RUN <<FIN\necho uno\necho dos\nFIN",
        'RUN --mount=type=tmpfs,target=/m ["ls", "/m"]',
    ]


def test_a_comment_that_looks_like_the_builders_is_not_it() -> None:
    assert (
        texts("/bin/sh -c echo # buildkit", "RUN /bin/sh -c echo # buildkit # buildkit")
        == ["RUN echo # buildkit"] * 2
    )


def test_rows_of_other_tools_are_never_a_run() -> None:
    """Con lo que de verdad escriben, cada una sobre una base hecha con el constructor clásico."""
    base = "/bin/sh -c #(nop) ADD file:4e5f in / "
    for text, comment in [
        ("bazel build ...", ""),
        ("bazel build //app:image", ""),
        ("jib-maven-plugin:3.4.1", "classes"),
        ("jib-core:null", "dependencies"),
        ("ko build ko://example.org/app", "go build output, at /ko-app/app"),
        ("apko", "This is an apko single-layer image"),
        ("umoci repack", ""),
        ("umoci raw add-layer", ""),
        ("Apply image 10.0.17763.1", ""),
        ("Install update 10.0.17763.6532", ""),
        ("Layer: 'jre', Created by buildpack: paketo-buildpacks/bellsoft-liberica@10.0", ""),
        ("Buildpacks Launcher Config", ""),
        (".NET SDK Container Tooling, version 8.0.100", ""),
        ("una herramienta que no conoce nadie", "hizo esta capa"),
        ("bash", ""),
        ("/bin/bash", ""),
        ("", "Imported from -"),
    ]:
        word, said = read_history([Row(base, created=NOW), Row(text, created=NOW, comment=comment)])[1]
        assert (word, said) == ("?", text or comment), text
    assert words(base, "otra herramienta más", created=EPOCH)[1] == "?"
    assert words(base, "otra herramienta más", created=None)[1] == "?"


def test_a_history_without_rows() -> None:
    assert read_history([]) == [] and keywords([]) == []


def test_a_list_of_the_classic_builder_is_a_run_and_a_commit_is_not() -> None:
    below = "/bin/sh -c echo a"
    assert texts(below, "apt-get update") == ["RUN echo a", 'RUN ["apt-get", "update"]']
    other = "/bin/ash -c #(nop)  SHELL [/bin/ash -c]"
    listed = 'RUN ["true"]'
    assert texts(other, "true", "true", "/bin/ash -c echo a")[1:] == [listed, listed, "RUN echo a"]
    assert texts(other, "/bin/ash -c echo a", "true")[2] == listed
    committed = Known(command=("nginx", "-g", "daemon off;"))
    rows = [Row(below, created=NOW), Row("nginx -g daemon off;", created=NOW)]
    assert read_history(rows, committed)[1] == ("?", "nginx -g daemon off;")
