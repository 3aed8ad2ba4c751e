"""Messages of the wire as JSON."""

from starfoundry.dashboard.message_json import plain
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
