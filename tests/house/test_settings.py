"""Every live setting is on the wire, in the documentation, and where an operator looks for it."""

from starfoundry.config.domain.model import SETTINGS
from starfoundry.wire import daemon_pb2
from tests.house.reference import PAGE, page


def test_the_page_of_settings_is_what_the_declarations_say():
    """Written anew by `python -m tests.house.reference`."""
    assert PAGE.read_text() == page()


def test_the_wire_knows_exactly_the_declared_settings():
    on_the_wire = list(daemon_pb2.ManufacturingConfig.DESCRIPTOR.fields_by_name)

    assert on_the_wire == [setting.name for setting in SETTINGS]


def test_every_setting_can_be_changed_on_the_wire():
    changeable = set(daemon_pb2.UpdateManufacturingConfigRequest.DESCRIPTOR.fields_by_name)

    assert {setting.name for setting in SETTINGS} - changeable == set()


def test_the_field_numbers_of_the_design_are_what_they_were_and_ours_are_above_a_hundred():
    message = daemon_pb2.ManufacturingConfig.DESCRIPTOR
    assert [field.number for field in message.fields][:8] == list(range(1, 9))
    assert all(field.number > 100 for field in message.fields[8:])


def test_every_setting_says_how_it_is_used():
    assert [each.name for each in SETTINGS if not (each.short_help and each.long_help and each.label)] == []


def test_every_setting_says_what_a_change_does_to_work_under_way():
    assert [each.name for each in SETTINGS if not each.under_way.endswith(".")] == []
