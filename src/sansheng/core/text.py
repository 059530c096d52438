"""A label in both of the package's languages."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """The same words in English and in Chinese."""

    en: str
    zh: str

    def get(self, lang: Language) -> str:
        """Return the words in ``lang``."""
        return self.zh if lang == "zh" else self.en
