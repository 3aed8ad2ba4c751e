"""The pipeline of a change in any layer: repeated requests, plans, dry runs and answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, Self, TypeVar

import sqlalchemy as sa

from starfoundry.config.domain.preconditions import Preconditions, stale_plan
from starfoundry.config.storage.idempotency import AnsweredRequest, find_answer, save_answer
from starfoundry.store.engine import Database


class LayerChange(Protocol):
    """The result of a change in one layer."""

    @property
    def place(self) -> str:
        """The place of the change, for the error of a stale plan."""

    @property
    def answer(self) -> AnsweredRequest:
        """The answer to store for a repetition of the request."""

    def digest(self) -> str:
        """The hash of its plan. It is the same only if nothing that the plan depends on has changed."""

    def dry(self, plan: str) -> Self:
        """The same result as that of a dry run."""


C = TypeVar("C", bound=LayerChange)


class _DryRun(Exception):
    def __init__(self, change: LayerChange) -> None:
        super().__init__()
        self.change: Any = change


def make_change(
    connection: sa.Connection,
    scope: str,
    terms: Preconditions,
    at: datetime,
    *,
    repeat: Callable[[AnsweredRequest], C],
    change: Callable[[], C],
) -> C:
    """Make a change in a transaction of the caller, or repeat the answer to an earlier request in that scope.

    A dry run makes the change too and then ends the transaction: see `write_change`. Raises Stale for a stale plan.
    """
    if (done := find_answer(connection, scope, terms)) is not None:
        return repeat(done)
    made = change()
    plan = made.digest() if terms.plan or terms.validate_only else ""
    if terms.plan not in ("", plan):
        raise stale_plan(terms.plan, plan, made.place)
    if terms.validate_only:
        raise _DryRun(made.dry(plan))
    save_answer(connection, scope, terms, at, made.answer)
    return made


async def write_change(database: Database, work: Callable[[sa.Connection], C]) -> C:
    """The result of `work`, which is durable; or that of a dry run, which left nothing behind."""
    try:
        return await database.write(work)
    except _DryRun as dry:
        tried: C = dry.change
        return tried
