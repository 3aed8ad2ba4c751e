"""What a change did at once, in an operator's words."""

from starfoundry.config.model import ManufacturingConfig
from starfoundry.manufacturing.actions import EndPipeline
from starfoundry.manufacturing.effects import effects_of
from tests.manufacturing import worlds


def test_a_pipeline_that_ends_is_not_draining_as_well():
    pipelines = tuple(worlds.pipeline(number) for number in (1, 2, 3))
    view = worlds.view(ManufacturingConfig(max_pipelines=1), pipelines=pipelines)

    assert effects_of(view, (), ()) == ("2 pipelines draining",)
    youngest = view.draining()[-1]
    assert effects_of(view, (), [EndPipeline(pipeline=youngest)]) == ("1 pipeline ended", "1 pipeline draining")
