"""A study's text with values replaced, while comments and layout stay."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.representer import RoundTripRepresenter


class _Constructor(RoundTripConstructor):
    """Leaves dates as the text they are in studies."""


class _Representer(RoundTripRepresenter):
    """Writes numbers in plain digits, which the reader of studies asks for."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)
_Representer.add_representer(
    float,
    lambda to, number: to.represent_scalar(
        "tag:yaml.org,2002:float", np.format_float_positional(number, trim="0")
    ),
)


def rewritten(source: str, changes: Callable[[Any], bool]) -> str:
    """Return the text of a right study after ``changes(data)``; untouched if that returns False.

    Parameters
    ----------
    source
        Text that has been read and found right.
    changes
        Changes the mappings and lists of the text in place, and says whether it did.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.Constructor = _Constructor
    yaml.Representer = _Representer
    data = yaml.load(source)
    if not changes(data):
        return source
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()
