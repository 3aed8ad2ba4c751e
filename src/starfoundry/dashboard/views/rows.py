"""Parts of the news that are rows by key, of which a page is sent only those that have changed."""

from typing import Any


class Rows(dict[str, Any]):
    """Rows by their keys."""

    def since(self, before: "Rows | None") -> dict[str, Any] | None:
        """The difference of these rows to those before; None where nothing has changed.

        Without any before it is all of them, and says so, so that a page forgets what it knew.
        """
        if before is None:
            return {"whole": True, "set": dict(self), "gone": []}
        fresh = {key: row for key, row in self.items() if before.get(key) != row}
        gone = [key for key in before if key not in self]
        return {"whole": False, "set": fresh, "gone": gone} if fresh or gone else None
