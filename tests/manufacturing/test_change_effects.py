"""What a change did at once, in an operator's words."""

from starfoundry.config.domain.model import ManufacturingConfig
from starfoundry.manufacturing.planner.actions import EndPipeline
from starfoundry.manufacturing.planner.change_effects import effects_of
from tests.manufacturing import worlds

THREE = ManufacturingConfig(max_pipelines=3)


def test_what_was_draining_already_is_not_a_change_s_doing():
    pipelines = tuple(worlds.pipeline(number) for number in (1, 2, 3))
    view = worlds.view(ManufacturingConfig(max_pipelines=1, max_workers=4), pipelines=pipelines)

    assert effects_of(view, (), (), ManufacturingConfig(max_pipelines=1)) == ()
    assert effects_of(view, (), (), ManufacturingConfig(max_pipelines=2)) == ("1 pipeline draining",)


def test_a_pipeline_that_ends_is_not_draining_as_well():
    pipelines = tuple(worlds.pipeline(number) for number in (1, 2, 3))
    view = worlds.view(ManufacturingConfig(max_pipelines=1), pipelines=pipelines)

    assert effects_of(view, (), (), THREE) == ("2 pipelines draining",)
    youngest = view.draining()[-1]
    assert effects_of(view, (), [EndPipeline(pipeline=youngest)], THREE) == ("1 pipeline ended", "1 pipeline draining")
