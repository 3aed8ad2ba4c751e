"""Randomness: from the operating system in production, from one seed in a drill."""

import os
import random


class SystemEntropy:
    """Unpredictable randomness."""

    def stream(self, site: str) -> random.Random:  # noqa: ARG002  (every site is independent anyway)
        """A stream seeded by the operating system."""
        return random.SystemRandom()

    def token(self, site: str, characters: int) -> str:  # noqa: ARG002
        """A token from the operating system's source."""
        return os.urandom((characters + 1) // 2).hex()[:characters]


class SeededEntropy:
    """Randomness reproducible from one seed, with a separate stream for every site.

    Streams are seeded by text, which does not depend on the process's hash seed.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._streams: dict[str, random.Random] = {}

    def stream(self, site: str) -> random.Random:
        """The site's stream; a second call continues it."""
        if site not in self._streams:
            self._streams[site] = random.Random(f"{self._seed}/{site}")
        return self._streams[site]

    def token(self, site: str, characters: int) -> str:
        """The next token of the site."""
        return f"{self.stream(site).getrandbits(4 * characters):0{characters}x}"
