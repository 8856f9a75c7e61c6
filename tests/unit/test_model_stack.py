"""Apilar capas, comparar y contar lo desperdiciado."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muelle.model import Change, Entry, FileSystem, FileType, LayerFiles, changes, stack, wasted

D, F, S, H = FileType.DIRECTORY, FileType.FILE, FileType.SYMLINK, FileType.HARDLINK


def layer(*entries: Entry, whiteouts: tuple[str, ...] = (), opaque: tuple[str, ...] = ()) -> LayerFiles:
    return LayerFiles("", tuple(sorted(entries, key=lambda e: e.path)), whiteouts, opaque)


def seen(*layers: LayerFiles) -> dict[str, Entry]:
    return {entry.path: entry for entry in stack(layers)}


BASE = layer(Entry("a", D, mode=0o755), Entry("a/x", F, 10), Entry("a/y", F, 5), Entry("b", F, 3))


def test_whiteout_removes_a_file_and_a_whole_folder() -> None:
    assert set(seen(BASE, layer(whiteouts=("a/x",)))) == {"a", "a/y", "b"}
    assert set(seen(BASE, layer(whiteouts=("a",)))) == {"b"}


def test_whiteout_acts_only_below_its_layer() -> None:
    again = layer(Entry("a", D), Entry("a/z", F, 1), whiteouts=("a",))
    assert set(seen(BASE, again)) == {"a", "a/z", "b"}
    assert set(seen(layer(Entry("n", F, 1), whiteouts=("n",)))) == {"n"}


def test_opaque_folder_hides_what_is_below_and_keeps_its_own() -> None:
    opaque = layer(Entry("a", D), Entry("a/z", F, 1), opaque=("a",))
    assert set(seen(BASE, opaque)) == {"a", "a/z", "b"}


def test_folder_replaced_by_file_and_file_by_folder() -> None:
    assert set(seen(BASE, layer(Entry("a", F, 1)))) == {"a", "b"}
    swapped = seen(BASE, layer(Entry("b", D), Entry("b/n", F, 1)))
    assert set(swapped) == {"a", "a/x", "a/y", "b", "b/n"}
    assert swapped["b"].type is D


def test_folder_over_folder_merges_and_takes_the_new_mode() -> None:
    merged = seen(BASE, layer(Entry("a", D, mode=0o700)))
    assert merged["a"].mode == 0o700
    assert "a/x" in merged


def test_missing_folders_are_implied() -> None:
    found = seen(layer(Entry("p/q/r", F, 1)))
    assert set(found) == {"p", "p/q", "p/q/r"}
    assert (found["p"].type, found["p"].mode) == (D, 0o755)
    assert seen(BASE, layer(Entry("a/n", F, 1)))["a"] == BASE.entries[0]


def test_symlink_is_never_followed() -> None:
    found = seen(layer(Entry("e", S, link="a"), Entry("a", D)), layer(Entry("e/n", F, 1)))
    assert found["e"].type is D
    assert "a/n" not in found


def test_root_can_be_opaque() -> None:
    assert set(seen(BASE, layer(Entry("n", F), opaque=("",)))) == {"n"}


def test_file_system_questions() -> None:
    system = stack([BASE, layer(Entry("a/x", F, 1))])
    assert [entry.path for entry in system.children("")] == ["a", "b"]
    assert [entry.path for entry in system.children("a")] == ["a/x", "a/y"]
    assert system.children("b") == system.children("nada") == ()
    assert (system.layer_of("a/x"), system.layer_of("a/y"), system.layer_of("nada")) == (1, 0, None)
    assert "a/x" in system and "a/nada" not in system and "b/x" not in system
    assert (len(system), system.layers) == (4, 2)


def test_changes_name_each_kind() -> None:
    above = layer(
        Entry("a", D, mode=0o755),
        Entry("a/x", F, 11),
        Entry("a/n", F, 1),
        whiteouts=("b", "nada"),
    )
    found = {each.path: each for each in changes(stack([BASE]), above)}
    assert {path: each.change for path, each in found.items()} == {
        "a/n": Change.ADDED,
        "a/x": Change.CHANGED,
        "b": Change.REMOVED,
        "nada": Change.REMOVED,
    }
    assert found["a/x"].before == BASE.entries[1] and found["a/x"].entry == Entry("a/x", F, 11)
    assert found["b"].before == Entry("b", F, 3) and found["b"].entry is None
    assert found["nada"].before is None


def test_an_identical_copy_is_a_change_and_an_untouched_folder_is_not() -> None:
    again = layer(Entry("a", D, mode=0o755), Entry("b", F, 3))
    assert [(each.path, each.change) for each in changes(stack([BASE]), again)] == [("b", Change.CHANGED)]
    touched = layer(Entry("a", D, mode=0o700))
    assert [each.path for each in changes(stack([BASE]), touched)] == ["a"]


def test_opaque_folder_names_what_disappears() -> None:
    opaque = layer(Entry("a", D, mode=0o755), Entry("a/x", F, 1), opaque=("a", "nueva"))
    found = [(each.path, each.change) for each in changes(stack([BASE]), opaque)]
    assert found == [("a", Change.OPAQUE), ("a/x", Change.CHANGED), ("a/y", Change.REMOVED)]


def test_removed_and_brought_again_appears_once() -> None:
    again = layer(Entry("b", F, 9), whiteouts=("b",))
    assert [(each.path, each.change) for each in changes(stack([BASE]), again)] == [("b", Change.CHANGED)]


@pytest.mark.parametrize(
    ("above", "lost"),
    [
        (layer(Entry("a/x", F, 10)), [("a/x", 10)]),
        (layer(whiteouts=("a",)), [("a/x", 10), ("a/y", 5)]),
        (layer(Entry("a", D), opaque=("a",)), [("a/x", 10), ("a/y", 5)]),
        (layer(Entry("a", F, 1)), [("a/x", 10), ("a/y", 5)]),
        (layer(Entry("b", D)), [("b", 3)]),
        (layer(Entry("n", F, 100)), []),
    ],
)
def test_wasted_counts_what_cannot_be_seen(above: LayerFiles, lost: list[tuple[str, int]]) -> None:
    assert [(each.path, each.size) for each in wasted([BASE, above])] == lost
    assert all(each.layer == 0 for each in wasted([BASE, above]))


def test_hard_linked_content_is_seen_by_any_of_its_names() -> None:
    linked = layer(Entry("u", F, 7), Entry("v", H, link="u"))
    assert wasted([linked, layer(whiteouts=("u",))]) == ()
    assert [each.size for each in wasted([linked, layer(whiteouts=("u", "v"))])] == [7]


# --- Propiedades, contra una definición independiente y lenta: un diccionario de rutas ---

NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@st.composite
def layers_(draw: st.DrawFn) -> LayerFiles:
    """Una capa con sentido: carpetas por encima de todo lo que trae y nada debajo de lo que no es carpeta."""
    entries: dict[str, Entry] = {}
    for path in draw(st.lists(PATHS, max_size=6)):
        kind = draw(st.sampled_from([D, F, S]))
        parents = [path[:at] for at, letter in enumerate(path) if letter == "/"]
        if any(entries.get(each, Entry("", D)).type is not D for each in parents) or path in entries:
            continue
        for each in parents:
            entries.setdefault(each, Entry(each, D, mode=0o755))
        size = draw(st.integers(0, 50)) if kind is F else 0
        entries[path] = Entry(path, kind, size, draw(st.sampled_from([0o644, 0o700])))
    whiteouts = draw(st.sets(PATHS, max_size=3))
    opaque = draw(
        st.sets(st.sampled_from([p for p, e in entries.items() if e.type is D] or [""]), max_size=2)
    )
    return layer(*entries.values(), whiteouts=tuple(sorted(whiteouts)), opaque=tuple(sorted(opaque)))


def naive(layers: list[LayerFiles]) -> dict[str, tuple[Entry, int]]:
    """Apilar con un diccionario plano de ruta a (entrada, capa)."""
    found: dict[str, tuple[Entry, int]] = {}
    for position, each in enumerate(layers):
        for path in each.whiteouts:
            found = {p: v for p, v in found.items() if p != path and not p.startswith(path + "/")}
        for path in each.opaque:
            if found.get(path, (Entry("", D), 0))[0].type is D:
                found = {p: v for p, v in found.items() if not p.startswith(path + "/" if path else "")}
        for entry in each.entries:
            below = found.get(entry.path)
            if below and not (below[0].type is D and entry.type is D):
                found = {p: v for p, v in found.items() if not p.startswith(entry.path + "/")}
            found[entry.path] = (entry, position)
    return found


@settings(max_examples=300)
@given(st.lists(layers_(), max_size=5))
def test_stacking_equals_the_naive_definition(layers: list[LayerFiles]) -> None:
    system = stack(layers)
    expected = naive(layers)
    assert {entry.path: entry for entry in system} == {path: entry for path, (entry, _) in expected.items()}
    assert all(system.layer_of(path) == position for path, (_, position) in expected.items())
    paths = [entry.path for entry in system]
    assert len(set(paths)) == len(paths) == len(system)
    assert all(paths.index(p.rpartition("/")[0]) < at for at, p in enumerate(paths) if "/" in p)


@settings(max_examples=300)
@given(st.lists(layers_(), max_size=3), layers_())
def test_changes_take_one_system_to_the_next(below: list[LayerFiles], above: LayerFiles) -> None:
    """Los cambios bastan para pasar de lo de debajo a lo de encima, y no dicen nada falso."""
    before, after = stack(below), stack([*below, above])
    found = changes(before, above)
    by_path = {each.path: each for each in found if each.change is not Change.OPAQUE}
    assert len(by_path) == sum(each.change is not Change.OPAQUE for each in found)
    for path, each in by_path.items():
        assert each.before == before.get(path)
        if each.change is Change.REMOVED:
            assert path not in after
        else:
            assert after.get(path) == each.entry
            assert (each.before is None) == (each.change is Change.ADDED)
    gone = {entry.path for entry in before} - {entry.path for entry in after}
    for path in gone:
        tops = [path, *(path[:at] for at, letter in enumerate(path) if letter == "/")]
        assert any(top in by_path for top in tops), path
    fresh = {entry.path for entry in after} - {entry.path for entry in before}
    assert all(by_path[path].change is Change.ADDED for path in fresh)


@settings(max_examples=300)
@given(st.lists(layers_(), max_size=5))
def test_stored_bytes_are_seen_or_wasted(layers: list[LayerFiles]) -> None:
    stored = sum(each.size for each in layers)
    visible = sum(entry.size for entry in stack(layers))
    assert stored == visible + sum(each.size for each in wasted(layers))


def test_opaque_folders_inside_opaque_folders_take_linear_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mil carpetas una dentro de otra, todas opacas: lo de dentro se mira una vez, no una por carpeta."""
    paths = ["/".join("a" * depth) for depth in range(1, 1001)]
    folders = tuple(Entry(path, FileType.DIRECTORY, mode=0o755) for path in paths)
    gone = Entry(f"{paths[-1]}/b", FileType.FILE, 1)
    below = stack([LayerFiles("", (*folders, gone))])
    looked: list[str] = []
    children = FileSystem.children
    monkeypatch.setattr(
        FileSystem, "children", lambda self, path: looked.append(path) or children(self, path)
    )
    found = changes(below, LayerFiles("", folders, opaque=tuple(paths)))
    assert sorted(looked) == sorted(paths)
    assert [change.path for change in found if change.change is Change.OPAQUE] == paths
    assert [change.path for change in found if change.change is Change.REMOVED] == [gone.path]
