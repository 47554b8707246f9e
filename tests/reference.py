"""The reference material beside the checkout, for tests that skip where it is absent."""

from pathlib import Path

import pytest

REFERENCE = Path(__file__).parent.parent.parent / "shared" / "reference"

needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the folder ../shared/reference is not here")
