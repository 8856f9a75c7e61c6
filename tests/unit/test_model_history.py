"""Del historial a las capas: cada regla decide lo suyo y ninguna adivina."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muelle.model import Row, Rule, assign_layers, by_flags, by_parents, chain_ids, instructions, is_base

RUN, ENV = "/bin/sh -c true", "/bin/sh -c #(nop)  ENV A=1"


def never() -> None:
    raise AssertionError("no debía llegarse a esta regla")


def test_sizes_decide_without_asking_more() -> None:
    rows = [Row(RUN, 5), Row(ENV), Row(RUN), Row(RUN, 7)]
    assert assign_layers(rows, 2, never, never) == ((0, None, None, 1), Rule.SIZES)


def test_zero_byte_rows_decide_without_asking_more() -> None:
    rows = [Row(RUN, 5), Row(ENV), Row(RUN), Row(RUN, 7)]
    assert assign_layers(rows, 3, never, never) == ((0, None, 1, 2), Rule.SIZES_AND_ZERO)


def test_a_row_with_bytes_makes_a_layer_whatever_it_says() -> None:
    rows = [Row(ENV, 4), Row(RUN)]
    assert assign_layers(rows, 2, never, never) == ((0, 1), Rule.SIZES_AND_ZERO)


def test_parents_decide_when_sizes_are_ambiguous() -> None:
    rows = [Row(RUN, 5, id="a"), Row(RUN, id="b"), Row(RUN, id="c"), Row(ENV, id="d")]
    assert assign_layers(rows, 2, lambda: (1, 1, 2, 2), never) == ((0, None, 1, None), Rule.PARENTS)


def test_config_decides_when_parents_are_missing() -> None:
    rows = [Row(RUN, 5), Row(RUN), Row(RUN)]
    found = assign_layers(rows, 2, lambda: None, lambda: (False, False, True))
    assert found == ((0, 1, None), Rule.CONFIG)


def test_the_config_at_hand_decides_what_sizes_only_guess() -> None:
    """kaniko hace capa de un VOLUME y no de un RUN que no cambia nada."""
    rows = [Row("COPY app /app", 100), Row("RUN true"), Row("VOLUME /data")]
    assert assign_layers(rows, 2, never, never) == ((0, 1, None), Rule.SIZES_AND_ZERO)
    assert not Rule.SIZES_AND_ZERO.certain
    found = assign_layers(rows, 2, never, never, lambda: (False, True, False))
    assert found == ((0, None, 1), Rule.CONFIG) and Rule.CONFIG.certain


@pytest.mark.parametrize("counts", [(1, 3, 3), (2, 1, 2), (1, 1, 1)])
def test_impossible_parents_are_not_believed(counts: tuple[int, ...]) -> None:
    rows = [Row(RUN, 5, id="a"), Row(RUN, id="b"), Row(RUN, id="c")]
    assert assign_layers(rows, 2, lambda: counts, lambda: (False, True, False)) == ((0, None, 1), Rule.CONFIG)


def test_inconsistent_history_is_left_undecided() -> None:
    rows = [Row(RUN, 5), Row(RUN), Row(RUN)]
    assert assign_layers(rows, 2, lambda: None, lambda: (True, True, True)) == ((None,) * 3, Rule.UNKNOWN)
    assert assign_layers(rows, 2, lambda: (1, 2), lambda: (False, False)) == ((None,) * 3, Rule.UNKNOWN)
    assert assign_layers([], 3, lambda: None, lambda: None) == ((), Rule.UNKNOWN)


@given(st.lists(st.booleans()))
def test_true_flags_give_true_layers_by_any_rule(flags: list[bool]) -> None:
    """Con la verdad en la mano, flags y padres coinciden y numeran de abajo arriba."""
    count = flags.count(False)
    found = by_flags(flags, count)
    counts, total = [], 0
    for empty in flags:
        total += not empty
        counts.append(total)
    assert found == by_parents(counts, count)
    assert [at for at in found or () if at is not None] == list(range(count))
    assert [at is None for at in found or ()] == flags


@given(
    st.lists(st.tuples(st.sampled_from([RUN, ENV, "COPY a b # buildkit"]), st.booleans(), st.integers(1, 9)))
)
def test_sizes_never_contradict_the_truth(truth: list[tuple[str, bool, int]]) -> None:
    """Las reglas 1 y 2 pueden callar, pero si deciden aciertan.

    La verdad: lo de metadatos nunca crea capa; lo demás, a veces, y con o sin bytes.
    """
    makes = [created_by != ENV and flag for created_by, flag, _ in truth]
    rows = [
        Row(created_by, size % 3 if made else 0)
        for (created_by, _, size), made in zip(truth, makes, strict=True)
    ]
    found, rule = assign_layers(rows, sum(makes), lambda: None, lambda: None)
    if rule is not Rule.UNKNOWN:
        assert [at is not None for at in found] == makes


def test_instructions_keep_what_the_engine_said() -> None:
    row = Row(RUN, 9, "2024-01-01T00:00:00Z", "nota")
    (found,) = instructions([row], (0,))
    assert (found.text, found.keyword, found.layer, found.size) == ("RUN true", "RUN", 0, 9)
    assert (found.created_by, found.created, found.comment) == (RUN, "2024-01-01T00:00:00Z", "nota")


def test_chain_ids_follow_the_oci_formula() -> None:
    a, b, c = ("sha256:" + letter * 64 for letter in "abc")
    ab = "sha256:" + hashlib.sha256(f"{a} {b}".encode()).hexdigest()
    abc = "sha256:" + hashlib.sha256(f"{ab} {c}".encode()).hexdigest()
    assert chain_ids([a, b, c]) == (a, ab, abc)
    assert chain_ids([]) == ()
    repeated = chain_ids([a, a])
    assert repeated[0] == a != repeated[1]


def test_a_sister_that_shares_layers_is_not_the_base() -> None:
    assert is_base(["a"], ["FROM", "CMD"], ["a", "b"], ["FROM", "CMD", "RUN"])
    assert is_base(["a"], ["FROM"], ["a"], ["FROM", "ENV"])
    assert not is_base(["a"], ["FROM", "CMD"], ["a", "b"], ["FROM", "RUN", "CMD"])
    assert not is_base(["a", "b"], ["FROM", "RUN"], ["a", "b"], ["FROM", "RUN"])
    assert not is_base(["b"], ["FROM"], ["a", "b"], ["FROM", "RUN"])
    assert not is_base([], [], ["a"], ["FROM"])
