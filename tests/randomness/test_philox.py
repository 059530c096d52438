"""The generator against its authors' known answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansheng.core.streams import Key, philox, to_unit, uniform

FULL = 0xFFFFFFFF

# philox4x32, 10 rounds, of tests/kat_vectors in D. E. Shaw Research's Random123
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL,) * 4, (FULL,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]

Words = tuple[int, ...]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_the_generator_gives_the_published_answers(
    counter: Words, key: Words, answer: Words
) -> None:
    assert tuple(int(word) for word in philox(*counter, *key)) == answer


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_a_draw_lays_its_parts_out_as_documented(counter: Words, key: Words, answer: Words) -> None:
    packed = counter[1] << 32 | counter[0]
    month = counter[2] - (1 << 32) * (counter[2] >> 31)
    for lane in range(4):
        sub = 4 * (packed >> 40 & (1 << 22) - 1) + lane
        entity = packed >> 62 << 40 | packed & (1 << 40) - 1
        draw = uniform(Key(*key), counter[3], month, entity, sub)
        assert draw == (answer[lane] + 0.5) / 2**32


WORD = st.integers(0, FULL)


@given(st.lists(st.tuples(*[WORD] * 6), min_size=2, max_size=2, unique=True))
def test_one_key_never_gives_two_counters_the_same_words(cases: list[Words]) -> None:
    """The generator is a bijection of the counter."""
    one, two = cases
    same_key = (*two[:4], *one[4:])
    if one != same_key:
        assert philox(*one) != philox(*same_key)


@pytest.mark.parametrize("word", range(6))
@pytest.mark.parametrize("bit", [0, 15, 31])
def test_every_input_bit_changes_about_half_of_the_output(word: int, bit: int) -> None:
    changed = 0
    for start in range(200):
        words = [start, 7, 24_180, 99, 1, 2]
        before = philox(*words)
        words[word] ^= 1 << bit
        after = philox(*words)
        changed += sum((int(a) ^ int(b)).bit_count() for a, b in zip(before, after, strict=True))
    # 25,600 fair bits: one standard deviation is 80
    assert abs(changed - 12_800) < 400


def test_a_unit_number_is_never_0_or_1() -> None:
    smallest, largest = to_unit(0), to_unit(FULL)
    assert smallest == 2.0**-33
    assert largest == 1.0 - 2.0**-33
    assert to_unit(0x80000000) > 0.5 > to_unit(0x7FFFFFFF)


@given(WORD)
def test_the_mirror_of_a_unit_number_is_one_too(word: int) -> None:
    assert 1.0 - to_unit(word) == to_unit(FULL - word)
