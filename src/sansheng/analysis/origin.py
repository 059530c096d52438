"""Where an answer comes from: what it rests on, and the command that gives it again."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sansheng.study.config import Study
    from sansheng.study.reading import StudyData


@dataclass(frozen=True)
class Origin:
    """What an answer rests on.

    Parameters
    ----------
    study
        Its folder or file, as it was named.
    hash
        Of results: that of ``sansheng hash``. Of a study file: SHA-256 of what the file says, names of files and
        folders left out.
    command
        Gives the answer again.
    """

    study: str
    hash: str
    command: str

    def as_dict(self) -> dict[str, str]:
        """Return the fields as JSON can hold them."""
        return asdict(self)


def origin_of_results(data: StudyData, words: Sequence[str]) -> Origin:
    """Return the origin of an answer that was read from a study's folder.

    Parameters
    ----------
    data
        The results.
    words
        The command, without the program's name.

    Raises
    ------
    BadInput
        If the folder is damaged.
    """
    from sansheng.study.canonical import hash_of

    return Origin(str(data.folder), hash_of(data), _command(words))


def origin_of_study(study: Study, words: Sequence[str]) -> Origin:
    """Return the origin of an answer that was run for, from a study file.

    Parameters
    ----------
    study
        As it was run.
    words
        The command, without the program's name.
    """
    said = study.model_dump(mode="json", exclude={"file", "source", "title"})
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return Origin(study.file, hashlib.sha256(text.encode()).hexdigest(), _command(words))


def _command(words: Sequence[str]) -> str:
    return shlex.join(["sansheng", *words])
