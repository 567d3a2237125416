"""From bytes to characters: Unicode, the code page of Windows, and the encodings of Vietnam before Unicode.

TCVN3 (fonts .VnTime), VNI (fonts VNI-Times) and VISCII can only be told by what comes out: words spelled as Vietnamese.
So the whole of a text is tried, never a line, and what does not read well in any of them is refused.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cdsgraph.errors import DocumentError
from cdsgraph.reading.spelling import share
from cdsgraph.text import nfc

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAMES = {"tcvn3": "TCVN3 (.VnTime)", "vni": "VNI", "viscii": "VISCII", "cp1258": "windows-1258"}
_SURE = 0.9
_DOUBTFUL = 0.5
_FEW = 3
_TRIED = 300_000
# Signs and letters that stand within words of the old encodings, never within Vietnamese ones.
_SIGNS = "\xa1-\xac\xae-\xbf"
_LETTERS = "\xc4-\xc7\xcb\xce\xcf\xd1\xd6\xd8\xdb\xdc\xdf\xe4-\xe7\xeb\xee\xef\xf1\xf6\xf8\xfb\xfc\xff"
_FOREIGN = re.compile(f"[A-Za-z][{_SIGNS}{_LETTERS}]|[{_SIGNS}][A-Za-z]")
_REMEDY = "save the whole file as UTF-8"


def decoded(raw: bytes, path: Path) -> str:
    """The characters of a file of text in normal form C with line feeds, whatever it was written in.

    Raises DocumentError, with the line where one is to blame, when the encoding cannot be told or is not one.
    """
    if raw.startswith(_UTF16):
        return _strictly(raw, "utf-16", path)
    try:
        text = nfc(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        text = _not_utf8(raw, error.start, path)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DocumentError("a NUL character in it", path=path, line=line, remedy="give a text file, not a binary one")
    return restored(text, path)


def restored(text: str, path: Path) -> str:
    """A text as it is, or in Unicode where its letters are those of an old font's ("ChuyÓn ®æi" for "Chuyển đổi").

    Raises DocumentError naming the first line that is in another encoding than the rest.
    """
    first = _FOREIGN.search(text)
    if first is None:
        return text
    part, count = share(text[:_TRIED])
    if part >= _DOUBTFUL or count < _FEW:
        _refuse_mixture(text, path)
        return text
    name, found = _best(dict(_converted(text[:_TRIED])))
    if name is None:
        return text
    found = found if len(text) <= _TRIED else dict(_converted(text, name))[name]
    _refuse_other_lines(found, name, path)
    return found


def _not_utf8(raw: bytes, at: int, path: Path) -> str:
    line = raw.count(b"\n", 0, at) + 1
    if b"\0" in raw:
        for encoding in ("utf-16-le", "utf-16-be"):
            try:
                text = nfc(raw.decode(encoding))
            except UnicodeDecodeError:
                continue
            if share(text)[0] >= _SURE:
                return text
        raise DocumentError("a binary file, or a damaged text", path=path, line=line, remedy="give a file of text")
    if _reads_as_utf8(raw):
        raise DocumentError(
            "not UTF-8 here, while other lines are: two encodings in one file", path=path, line=line, remedy=_REMEDY
        )
    candidates = dict(_converted(raw[:_TRIED].decode("latin-1")))
    with suppress(UnicodeDecodeError):
        candidates["cp1258"] = nfc(raw[:_TRIED].decode("cp1258"))
    name, _ = _best(candidates)
    if name is None:
        raise DocumentError(
            f"not UTF-8, and neither {', '.join(_NAMES.values())} that reads as Vietnamese", path=path, line=line,
            remedy=f"open it with the program it was written in and {_REMEDY}",
        )  # fmt: skip
    whole = _strictly(raw, "cp1258", path) if name == "cp1258" else dict(_converted(raw.decode("latin-1"), name))[name]
    _refuse_other_lines(whole, name, path)
    return whole


def _strictly(raw: bytes, encoding: str, path: Path) -> str:
    try:
        return nfc(raw.decode(encoding))
    except UnicodeDecodeError as error:
        raise DocumentError(
            f"damaged {encoding.upper()} text at byte {error.start}", path=path, remedy=_REMEDY
        ) from error


def _reads_as_utf8(raw: bytes) -> bool:
    """Whether some lines are Vietnamese in UTF-8."""
    for line in raw[:_TRIED].split(b"\n"):
        try:
            part, count = share(line.decode("utf-8"))
        except UnicodeDecodeError:
            continue
        if count >= _FEW and part >= _SURE:
            return True
    return False


def _converted(text: str, only: str | None = None) -> Iterator[tuple[str, str]]:
    """A text whose characters are the bytes of an old encoding, as each of the old encodings reads it."""
    from viparse.normalize.encodings import AUTO_DETECT_CHARMAPS
    from viparse.normalize.tables import convert

    for name, charmap in AUTO_DETECT_CHARMAPS.items():
        if only in (None, name):
            # The quotation marks and dashes of Windows lie where VISCII has letters.
            shown = text if name == "viscii" else _WINDOWS.sub(_as_windows, text)
            yield name, nfc(convert(shown, charmap))


_WINDOWS = re.compile("[\x80-\x9f]")


def _as_windows(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("cp1252", errors="replace")


def _best(candidates: dict[str, str]) -> tuple[str | None, str]:
    """The reading in which nearly every word is Vietnamese, if there is one."""
    ranked = sorted(((share(text)[0], name) for name, text in candidates.items()), reverse=True)
    part, name = ranked[0]
    return (name, candidates[name]) if part >= _SURE else (None, "")


def _refuse_mixture(text: str, path: Path) -> None:
    """Raises DocumentError where lines of a Unicode text are in an old encoding."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(_FOREIGN.findall(line)) < _FEW or share(line)[0] >= _DOUBTFUL:
            continue
        name, _ = _best(dict(_converted(line)))
        if name is not None:
            raise DocumentError(
                f"written in {_NAMES[name]}, while other lines are Unicode", path=path, line=number, remedy=_REMEDY
            )


def _refuse_other_lines(text: str, name: str, path: Path) -> None:
    """Raises DocumentError where lines do not read as Vietnamese in the encoding of the whole."""
    for number, line in enumerate(text.split("\n"), 1):
        part, count = share(line)
        if count >= _FEW and part < _DOUBTFUL:
            raise DocumentError(
                f"not {_NAMES[name]} as other lines are: two encodings in one file", path=path, line=number,
                remedy=_REMEDY,
            )  # fmt: skip
