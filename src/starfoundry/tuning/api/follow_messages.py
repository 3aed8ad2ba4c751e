"""Messages about followed settings: their states and newest moves."""

from starfoundry.config.domain.declarations.value_text import as_text
from starfoundry.kernel.instants import rfc3339
from starfoundry.tuning.domain.follow import Follow, LeftAlone
from starfoundry.tuning.domain.space import Dimension
from starfoundry.tuning.runtime.follower import FollowView
from starfoundry.wire import daemon_pb2 as pb

MOVES_SHOWN = 10


def follow_message(view: FollowView) -> pb.TuningFollow:
    """The message of its state, with its newest moves."""
    follow = view.follow
    return pb.TuningFollow(
        container_id=follow.container_id,
        is_on=True,
        author=follow.author,
        at=rfc3339(follow.at),
        revision=follow.revision,
        least_seconds=follow.least_seconds,
        settings=_settings(view),
        moves=[
            pb.FollowMove(
                revision=each.revision,
                at=rfc3339(each.at),
                name=each.setting,
                before=as_text(each.before),
                after=as_text(each.after),
                reason=each.reason,
            )
            for each in view.past.moves[: -MOVES_SHOWN - 1 : -1]
        ],
        waits=view.waits,
    )


def _settings(view: FollowView) -> list[pb.FollowedSetting]:
    bounds = {each.name: each for each in view.follow.bounds}
    if view.decision is None:
        return [_unseen(view.follow, each) for each in view.follow.bounds]
    return [
        pb.FollowedSetting(
            name=each.setting,
            low=as_text(bounds[each.setting].ends[0]),
            high=as_text(bounds[each.setting].ends[1]),
            value=as_text(each.value),
            state=each.state.value,
            detail=each.detail,
        )
        for each in view.decision.standings
    ]


def _unseen(follow: Follow, bound: Dimension) -> pb.FollowedSetting:
    left: LeftAlone | None = follow.left.get(bound.name)
    low, high = (as_text(each) for each in bound.ends)
    state, detail = ("BLIND", "") if left is None else (left.state.value, left.detail)
    return pb.FollowedSetting(name=bound.name, low=low, high=high, state=state, detail=detail)
