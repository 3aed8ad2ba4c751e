"""Inputs near to valid ones: bytes of a corpus, changed in the ways in which decoders break. One seed, one sequence."""

import random  # noqa: TID251  (one seed, one sequence)
from collections.abc import Iterator, Sequence

PIECES = (
    b"\x00",
    b"\xff",
    b"\x80",
    b"\x1b[2J",
    b"\xc2\x9b",
    b"\n",
    b"\r\n",
    b'"',
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"[",
    b"{",
    b"]",
    b"}",
    b":",
    b",",
    b"null",
    b"true",
    b"NaN",
    b"1e999",
    b"-0",
    b"9" * 40,
    b"0x1F",
    b"&a ",
    b"*a",
    b"<<",
    b"!!x ",
    b"---\n",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xae",
    b"[" * 400,
    b'{"a":' * 200,
    b"\xff" * 9,
    b"$(id)",
    b";",
    b"' OR 1=1 --",
    b"\x08\x96\x01",
)


def inputs(corpus: Sequence[bytes], seed: int, count: int, bytes_max: int = 4_096) -> Iterator[bytes]:
    """So many inputs of at most `bytes_max` bytes each; the corpus itself comes first."""
    chance = random.Random(seed)
    yield from corpus[:count]
    for _ in range(count - len(corpus)):
        content = bytearray(chance.choice(corpus))
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            _change(content, corpus, chance)
        yield bytes(content[:bytes_max])


def _change(content: bytearray, corpus: Sequence[bytes], chance: random.Random) -> None:
    at, end = sorted((chance.randint(0, len(content)), chance.randint(0, len(content))))
    way = chance.randrange(6)
    if way == 0 and content:
        content[min(at, len(content) - 1)] ^= 1 << chance.randrange(8)
    elif way == 1:
        del content[at : min(end, at + 32)]
    elif way == 2:
        content[at:at] = chance.choice(PIECES)
    elif way == 3:
        content[at:end] = chance.choice(PIECES)
    elif way == 4:
        content[at:at] = content[at : min(end, at + 64)]
    else:
        other = chance.choice(corpus)
        content[at:] = other[min(at, len(other)) :]
