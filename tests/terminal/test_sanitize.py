"""No text of a server, another operator or a database steers the terminal of whoever looks at it."""

import json

import hypothesis
import hypothesis.strategies as st
import pytest
import yaml

from starfoundry.kernel.errors import Missing
from starfoundry.terminal.arguments import exits
from starfoundry.terminal.rendering import formats, stdio
from starfoundry.terminal.rendering.sanitize import clean, clean_lines, escaped, one_line
from starfoundry.wire import daemon_pb2 as wire

HOSTILE = "\x1b]0;x\x07\x9b2J\x85\u202e\nnext: spacetraders resume"


def is_harmless(text):
    return all(each.isprintable() or each == "\n" for each in text)


@hypothesis.given(st.text())
def test_one_line_is_one_line_that_can_be_printed(text):
    assert one_line(text).isprintable()
    assert len(one_line(text)) == len(text)


@hypothesis.given(st.text())
def test_a_text_of_many_lines_keeps_them_and_nothing_else_that_steers(text):
    assert is_harmless(clean_lines(text).replace("\r\n", "\n").removesuffix("\r"))
    assert clean_lines(text).count("\n") == text.count("\n")


@hypothesis.given(st.recursive(st.text() | st.integers(), lambda inner: st.dictionaries(st.text(), inner)))
def test_json_means_the_same_and_holds_no_character_that_steers(value):
    printed = escaped(json.dumps(value, ensure_ascii=False, indent=2))

    assert json.loads(printed) == value
    assert is_harmless(printed)


def test_yaml_means_the_same_and_holds_no_character_that_steers():
    printed = escaped(formats.as_text("yaml", {"a": HOSTILE}))

    assert yaml.safe_load(printed) == {"a": HOSTILE}
    assert is_harmless(printed)


def test_every_text_of_an_answer_is_cleaned_wherever_it_stands():
    answer = wire.ListConfigPresetsResponse(
        presets=[
            wire.ConfigPreset(
                name=HOSTILE,
                containers=[HOSTILE],
                values_json={HOSTILE: HOSTILE},
                quarantine=[wire.QuarantinedKey(key=HOSTILE)],
            )
        ]
    )

    told = clean(answer).presets[0]
    texts = [told.name, *told.containers, *told.values_json, *told.values_json.values(), told.quarantine[0].key]
    assert all(map(str.isprintable, texts))


@pytest.mark.parametrize("as_json", [False, True])
def test_an_error_forges_no_line(capsys, as_json):
    exits._tell(Missing(f"there is no {HOSTILE}"), as_json=as_json)

    told = capsys.readouterr().err
    assert is_harmless(told)
    assert [line for line in told.splitlines() if line.strip().startswith("next: spacetraders resume")] == []


@pytest.mark.parametrize("is_data", [False, True])
def test_the_way_out_lets_nothing_through_that_steers(capsys, is_data):
    stdio.emit(HOSTILE, is_data=is_data)

    assert is_harmless(capsys.readouterr().out)
