"""One reader of `targets`, fuzzed by atheris until time is over or an input breaks it; see `guided`."""

import sys
from pathlib import Path

import atheris  # type: ignore[import-untyped]  # from requirements/fuzz.txt, which nothing else needs

with atheris.instrument_imports(include=["starfoundry", "yaml"]):
    from tests.fuzz.targets import TARGETS

BYTES_MAX = 4_096


def main(number: int, seconds: int, build: Path) -> None:
    """Fuzz the reader of that number for so long."""
    target = TARGETS[number]
    name = "".join(each if each.isalnum() else "-" for each in target.name)
    corpus, broken = build / "corpus" / name, build / "broken" / name
    for directory in (corpus, broken):
        directory.mkdir(parents=True, exist_ok=True)
    for place, content in enumerate(target.corpus):
        (corpus / f"valid-{place}").write_bytes(content)

    def read(content: bytes) -> None:
        try:
            target.read(content)
        except target.refusals:
            return

    options = [f"-max_total_time={seconds}", f"-max_len={BYTES_MAX}", f"-artifact_prefix={broken}/"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(corpus)], read)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
