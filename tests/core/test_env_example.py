"""`.env.example` is the settings' only documentation in full: it names each of them, and nothing else."""

import re

from portal.core.config import KNOWN, ROOT


def test_each_setting_is_documented_and_no_other() -> None:
    named = re.findall(r"^# (PORT(?:AL_[A-Z_]+)?)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE)
    assert sorted(named) == sorted(("PORT", *KNOWN))
