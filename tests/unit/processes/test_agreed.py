from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sansheng.processes.agreed import agreed
from sansheng.world.schema import UNSAID

ANY = st.floats(0.0, 60.0)


@given(ANY, ANY)
def test_what_is_said_goes_before_custom_and_nothing_is_as_good_as_said(
    said: float, custom: float
) -> None:
    assert agreed(said, custom) == said
    assert agreed(0.0, custom) == 0.0


@given(ANY)
def test_what_is_unsaid_is_left_to_custom(custom: float) -> None:
    assert agreed(UNSAID, custom) == custom
