"""The part of the typeface that a page needs, inside the page."""

from __future__ import annotations

import base64
import io

from sansheng.pictures.fonts import FONT_FILE

FAMILY = "Sansheng Sans"


def font_face(text: str) -> str:
    """Return a CSS rule that holds the shapes of the characters of ``text``.

    Characters that the typeface lacks are left to the reader's own.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(hinting=False, layout_features=[], notdef_outline=True)
    options.drop_tables += ["DSIG", "GPOS", "GSUB", "GDEF", "vhea", "vmtx"]
    with TTFont(FONT_FILE, lazy=True) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=text)
        subsetter.subset(font)
        font.flavor = "woff"
        file = io.BytesIO()
        font.save(file)
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: 400; '
        f'src: url("data:font/woff;base64,{data}") format("woff"); }}\n'
    )
