"""Lighthouse's opinion of what is no matter of speed, on a telephone and on a desk (speed: `make bench`)."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.tools import CHROMIUM_FLAGS, find_node_file, find_program

pytestmark = [pytest.mark.browser, pytest.mark.node]
CATEGORIES = ("accessibility", "best-practices", "seo")


@pytest.mark.parametrize(("kind", "form"), [("post", "mobile"), ("front page", "desktop")])
def test_lighthouse_gives_full_marks(
    base_url: str, page_kinds: dict[str, str], chromium: str, tmp_path: Path, kind: str, form: str
) -> None:
    report = tmp_path / "report.json"
    command = [
        find_program("node"),
        str(find_node_file("lighthouse/cli/index.js")),
        base_url + page_kinds[kind],
        "--quiet",
        "--no-enable-error-reporting",
        f"--only-categories={','.join(CATEGORIES)}",
        "--output=json",
        f"--output-path={report}",
        f"--chrome-flags={' '.join(['--headless=new', *CHROMIUM_FLAGS])}",
        *(["--preset=desktop"] if form == "desktop" else []),
    ]
    environment = os.environ | {"CHROME_PATH": chromium, "HOME": str(tmp_path)}
    subprocess.run(command, check=True, capture_output=True, timeout=100, env=environment)
    found = json.loads(report.read_text())
    short = [
        (audit["id"], audit["title"])
        for audit in found["audits"].values()
        if audit["scoreDisplayMode"] in ("binary", "numeric") and audit["score"] is not None and audit["score"] < 1
    ]

    assert {name: found["categories"][name]["score"] for name in CATEGORIES} == dict.fromkeys(CATEGORIES, 1), short
