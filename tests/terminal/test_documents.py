"""A document that a person writes: what is in it means what it looks like, and none can take the machine."""

import json
import time

import hypothesis
import hypothesis.strategies as st
import pytest
import yaml

from starfoundry.kernel.errors import Missing, Refused
from starfoundry.terminal.local.documents import BYTES_MAX, DEPTH_MAX, parse_document, read_document

BILLION = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        pytest.param(BILLION, 1, "alias or an anchor", id="nine levels of aliases"),
        pytest.param("a: 1\nb: " + "[" * 50_000, 2, "nested deeper", id="lists without end"),
        pytest.param("a: " + "{a: " * 10_000, 1, "nested deeper", id="mappings without end"),
        pytest.param("a: &a [*a]", 1, "alias or an anchor", id="a list in itself"),
        pytest.param("a: 1\nb: 010", 2, "'010'", id="an octal number"),
        pytest.param("a: 1:30", 1, "'1:30'", id="a number by sixties"),
        pytest.param("a: 0x1F", 1, "'0x1F'", id="a hexadecimal number"),
        pytest.param("a: 1_000", 1, "'1_000'", id="a number with underscores"),
        pytest.param("a: yes", 1, "'yes'", id="a word for true"),
        pytest.param("a: .inf", 1, "'.inf'", id="infinity"),
        pytest.param("a: 1e999", 1, "too large", id="infinity as JSON writes it"),
        pytest.param("a: 2026-01-01", 1, "'2026-01-01'", id="a day"),
        pytest.param(f"a: {'9' * 5_000}", 1, "digits", id="a number without end"),
        pytest.param("a: !!python/name:os.system x", 1, "tag", id="a tag"),
        pytest.param("a: {<<: {b: 1}}", 1, "merges", id="a merge"),
        pytest.param("? [a]\n: 1", 1, "not text", id="a name that is a list"),
        pytest.param("a: 1\n---\nb: 2", 2, "second document", id="two documents"),
    ],
)
def test_what_could_mean_something_else_or_grow_is_refused_with_its_line(text, line, told):
    began = time.process_time()
    with pytest.raises(Refused, match=f"^line {line} of the text") as refused:
        parse_document(text, "the text")

    assert told in str(refused.value)
    assert time.process_time() - began < 5


def test_a_file_without_end_is_not_read_to_its_end():
    with pytest.raises(Refused, match=f"longer than {BYTES_MAX:,} bytes"):
        read_document("/dev/zero")


def test_a_file_that_is_not_there_is_missing(tmp_path):
    with pytest.raises(Missing):
        read_document(str(tmp_path / "none.yaml"))


def test_a_name_given_twice_is_refused():
    with pytest.raises(Refused, match="given twice in the text"):
        parse_document("a: 1\na: 2", "the text")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=10,
)


@hypothesis.given(st.dictionaries(st.text(max_size=9), VALUES, max_size=3))
def test_json_is_read_as_json(value):
    text = json.dumps(value)
    hypothesis.assume(text.count("[") + text.count("{") <= DEPTH_MAX)

    assert parse_document(text, "the text") == value


@hypothesis.given(
    st.dictionaries(st.text("abc", min_size=1), st.integers(-(10**15), 10**15) | st.text("abc 01:", max_size=9))
)
def test_what_we_write_as_yaml_is_read_back(value):
    assert (parse_document(yaml.safe_dump(value), "the text") or {}) == value


@hypothesis.given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        parse_document(text, "the text")
    except Refused:
        return
