"""The map shows the house as it is."""

import re

from tests.house.source import PACKAGE, ROOT, modules, rooms

MAP = (ROOT / "docs" / "architecture.md").read_text()
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()


def test_the_map_names_every_room_and_no_other():
    drawn = re.findall(r"^      (\w+)/ ", MAP, flags=re.MULTILINE)

    assert sorted(drawn) == list(rooms())


def test_the_order_of_rooms_on_the_map_is_the_one_that_is_kept():
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [[room.strip() for room in layer.split("|")] for layer in contracts[0]["layers"]]
    drawn = re.search(r"    cli > .*\n.*kernel\n", MAP)
    assert drawn is not None

    assert layers == [[room.strip() for room in layer.split("|")] for layer in drawn.group().split(">")]


def test_every_file_the_map_names_exists():
    named = re.findall(r"`((?:[a-z]+/)+\w+(?:\.\w+)?)`", MAP)

    missing = [
        name
        for name in named
        if not ((ROOT / name).exists() or (PACKAGE / name).exists() or (PACKAGE / f"{name}.py").exists())
    ]
    assert missing == []


def test_every_link_between_our_pages_leads_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)", page.read_text())
        if not target.startswith("http") and not (page.parent / target).exists()
    ]

    assert broken == []


def test_every_test_that_a_page_names_exists():
    named = {
        name
        for page in (ROOT / "docs").rglob("*.md")
        for name in re.findall(r"`(tests/[\w/]+(?:\.py|/))`", page.read_text())
    }

    assert len(named) > 30
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_every_text_that_troubleshooting_explains_is_said_by_the_program():
    page = (ROOT / "docs" / "troubleshooting.md").read_text().partition("| Without a message")[0]
    texts = re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)
    source = "".join(module.text for module in modules())

    assert len(texts) > 5
    assert [text for text in texts if text not in source] == []


def test_every_make_command_we_mention_exists():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    mentioned = set(re.findall(r"(?:^ *|`)make (\w+)", README + CONTRIBUTING, flags=re.MULTILINE))

    assert mentioned
    assert mentioned <= targets
