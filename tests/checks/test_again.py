"""The field `again` shows a form once more, filled in with what was sent: what somebody mischievous may try with it."""

from typing import Any

import pytest

from portal.core.web import unsaved
from tests.checks.forms import FORMS, forms
from tests.checks.payloads import PAYLOADS
from tests.people import filled
from tests.world import World, world

__all__ = ["world"]
