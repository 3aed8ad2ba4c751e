"""Messages of the wire as JSON."""

from starfoundry.terminal.rendering import json_forms
from starfoundry.terminal.rendering.message_json import JsonForm, message_json, plain
from starfoundry.wire import daemon_pb2 as pb


def test_json_inside_a_message_is_told_as_what_it_says():
    told = plain(pb.SettingChange(name="blocked_goods", before_json="[]", after_json='["IRON"]'))

    assert told == {"name": "blocked_goods", "before": [], "after": ["IRON"], "how": ""}


def test_so_is_json_in_a_map():
    assert plain(pb.ConfigPreset(values_json={"max_workers": "3"}))["values"] == {"max_workers": 3}


def test_what_is_missing_is_none_and_what_is_nought_is_nought():
    told = plain(pb.GetManufacturingConfigResponse())

    assert (told["running"], told["revision"], told["provenance"]) == (None, 0, [])
    assert plain(pb.ChangeTerms())["expected_revision"] is None


def test_messages_in_messages_are_told_whole():
    told = plain(pb.Provenance(hides=[pb.HiddenValue(layer="player", value_json="5")]))

    assert told["hides"] == [{"layer": "player", "value": 5, "author": "", "at": ""}]


def test_a_number_of_credits_stays_a_number():
    assert plain(pb.ManufacturingConfig(min_balance=2**53 - 1))["min_balance"] == 2**53 - 1


def test_goods_and_overrides_are_lists_and_maps():
    told = plain(pb.ManufacturingConfig(blocked_goods=["FUEL"], good_overrides={"IRON.min_purchase_price": "5"}))

    assert told["blocked_goods"] == ["FUEL"]
    assert told["good_overrides"] == {"IRON.min_purchase_price": "5"}


def test_a_form_names_only_messages_and_fields_that_there_are():
    for name, form in json_forms.FORMS.items():
        fields = set(getattr(pb, name).DESCRIPTOR.fields_by_name)
        named = {*form.order, *form.left_out, *form.renamed, *form.texts, *form.objects, *form.nulls, *form.decimals}
        assert named | {*form.known_with, *form.known_with.values(), *form.absent, *form.keyed} <= fields, name


def test_an_empty_text_is_null_unless_it_means_something():
    forms = {"LedgerLine": JsonForm(texts=("key",))}

    assert message_json(pb.LedgerLine(), forms)["key"] == ""
    assert message_json(pb.LedgerLine(), {})["key"] is None


def test_a_form_says_what_is_left_out_renamed_rounded_and_first():
    forms = {
        "GoodForecast": JsonForm(
            order=("step",), left_out=("type",), renamed={"good": "what"}, decimals={"step": 1, "steps_seen": 0}
        )
    }
    told = message_json(pb.GoodForecast(good="IRON", type="EXPORT", step=0.26, steps_seen=2.0), forms)

    assert list(told)[:2] == ["step", "what"]
    assert "type" not in told
    assert (told["step"], repr(told["steps_seen"])) == (0.3, "2")


def test_a_value_is_null_where_the_form_says_that_it_is_unknown():
    forms = {"Market": JsonForm(known_with={"age_seconds": "observed_at"}, nulls=("imports",))}
    unseen, seen = pb.Market(age_seconds=5), pb.Market(age_seconds=5, observed_at="now", imports=["IRON"])

    assert [message_json(unseen, forms)[key] for key in ("age_seconds", "imports")] == [None, None]
    assert [message_json(seen, forms)[key] for key in ("age_seconds", "imports")] == [5, ["IRON"]]


def test_nested_messages_have_their_own_form():
    told = json_forms.message_json(pb.Hindrance(reason=pb.Reason(rule="halted")))

    assert told["reason"] == {
        "rule": "halted",
        "text": None,
        "figures": {},
        "setting": None,
        "remedy": None,
        "command": None,
    }


def test_a_list_becomes_an_object_by_the_key_of_its_messages_and_an_absent_field_is_left_out():
    forms = {"ReachedContainer": JsonForm(keyed={"changes": "name"}), "SettingChange": JsonForm(absent=("how",))}
    changes = [
        pb.SettingChange(name="max_pipelines", before_json="3", after_json="5"),
        pb.SettingChange(name="strategy", before_json='"smart"', after_json='"smart"', how="pinned"),
    ]

    assert message_json(pb.ReachedContainer(changes=changes), forms)["changes"] == {
        "max_pipelines": {"before": 3, "after": 5},
        "strategy": {"before": "smart", "after": "smart", "how": "pinned"},
    }
