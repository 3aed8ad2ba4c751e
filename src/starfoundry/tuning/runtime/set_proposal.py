"""Application of a study's proposal, as a revision by the tuner, unless somebody has changed a setting since."""

from starfoundry.config.domain.change_status import RevisionResult
from starfoundry.config.domain.patch import Patch
from starfoundry.config.domain.preconditions import Preconditions
from starfoundry.config.domain.validation import read_values
from starfoundry.config.service.config_service import ConfigService
from starfoundry.kernel.ids import ContainerId, PlayerId
from starfoundry.tuning.domain.follow import AUTHOR
from starfoundry.tuning.domain.study import Study, reason_of


async def set_proposal(
    configs: ConfigService, study: Study, *, request_id: str = "", wait_seconds: float = 0.0
) -> RevisionResult:
    """Set the proposal of a study that has one.

    Raises Stale if a setting was changed since the study began, and Refused for values that are no longer allowed.
    """
    assert study.proposal is not None, "only a proposal can be set"
    spec = study.spec
    return await configs.apply_patch(
        PlayerId(spec.player_id),
        ContainerId(spec.container_id),
        Patch(values=read_values(study.proposal.settings)),
        configs.authorship(author=AUTHOR, origin=AUTHOR, reason=reason_of(study)),
        Preconditions(expected_revision=spec.revision, request_id=request_id),
        wait_seconds=wait_seconds,
    )
