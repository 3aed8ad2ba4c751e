"""Every live setting is on the wire, in the documentation, and where an operator looks for it."""

from starfoundry.config.model import SETTINGS
from starfoundry.wire import daemon_pb2
from tests.house.reference import PAGE, page


def test_the_page_of_settings_is_what_the_declarations_say():
    """Written anew by `python -m tests.house.reference`."""
    assert PAGE.read_text() == page()


def test_the_wire_knows_exactly_the_declared_settings():
    on_the_wire = list(daemon_pb2.ManufacturingConfig.DESCRIPTOR.fields_by_name)

    assert on_the_wire == [setting.name for setting in SETTINGS]


def test_a_setting_can_be_changed_on_the_wire_if_and_only_if_it_has_a_flag():
    changeable = set(daemon_pb2.UpdateManufacturingConfigRequest.DESCRIPTOR.fields_by_name)

    assert {setting.name for setting in SETTINGS if setting.flag} == changeable & {each.name for each in SETTINGS}


def test_every_setting_says_how_it_is_used():
    assert [each.name for each in SETTINGS if not (each.short_help and each.long_help and each.label)] == []
