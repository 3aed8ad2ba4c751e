"""The page's files as they lie in the package: small, of our own, and with nothing in them that takes markup."""

import re

import pytest

from tests.house.source import ROOT

PAGE = ROOT / "src" / "starfoundry" / "dashboard" / "page"
FILES = {
    str(file.relative_to(PAGE)): file.read_text()
    for file in sorted(PAGE.rglob("*.*"))
    if file.is_file() and "vendor" not in file.parts
}
SCRIPTS = [name for name in FILES if name.endswith(".js")]
LINES_MAX = 300
PIXELS_MIN = 14


def test_there_are_files():
    assert {"index.html", "app.js", "style/tokens.css"} <= FILES.keys()


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_short(name):
    assert FILES[name].count("\n") <= LINES_MAX


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_makes_no_markup_out_of_text(name):
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", FILES[name]) == []


@pytest.mark.parametrize("name", FILES)
def test_nothing_comes_from_elsewhere(name):
    known = {"http://www.w3.org/2000/svg"}

    assert set(re.findall(r"https?://[^\s\"')]+", FILES[name])) <= known


def test_the_first_page_has_no_script_and_no_style_inside():
    assert re.findall(r"<style|style=|<script(?![^>]*src=)|\son\w+=", FILES["index.html"]) == []


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".css")])
def test_no_text_is_small(name):
    sizes = re.findall(r"(?:font-size:|font:|--small:)\s*([\d.]+)rem", FILES[name])

    assert [size for size in sizes if float(size) * 16 < PIXELS_MIN] == []
