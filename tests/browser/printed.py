"""The words of a page that the browser printed, read from the PDF itself."""

import re
import unicodedata

import pikepdf


def close(words: str) -> str:
    """Give words without spaces: where a line is broken, and what stands apart, is not of the words."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", words))


def texts_of(sheet: pikepdf.Page) -> str:
    """Give the words of one sheet in the order in which they are drawn, without spaces."""
    said: list[str] = []
    _read(sheet, sheet.obj["/Resources"], said)
    return close("".join(said))


def _read(drawn: pikepdf.Page | pikepdf.Object, resources: pikepdf.Object, said: list[str]) -> None:
    fonts = {name: _letters(font) for name, font in resources.get("/Font", {}).items()}
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(drawn):
        match str(operator):
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tj":
                said.append(_decoded(bytes(operands[0]), letters))
            case "TJ":
                parts = [part for part in operands[0] if isinstance(part, pikepdf.String)]
                said += [_decoded(bytes(part), letters) for part in parts]
            case "Do":
                part = resources["/XObject"][str(operands[0])]
                if part.get("/Subtype") == "/Form":
                    _read(part, part.get("/Resources", resources), said)


def _decoded(codes: bytes, letters: dict[int, str]) -> str:
    """Give the letters of codes of two bytes each, as Chromium writes them."""
    numbers = (int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2))
    return "".join(letters.get(number, "") for number in numbers)


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """Give what each code of a font stands for, from the table that lets a reader copy text."""
    table = font["/ToUnicode"].read_bytes().decode("ascii")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, each, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*(?:\[([^\]]*)\]|<(\w+)>)", block):
            listed = [bytes.fromhex(one).decode("utf-16-be") for one in re.findall(r"<(\w+)>", each)]
            for step in range(int(last, 16) - int(first, 16) + 1):
                letter = listed[step] if each else chr(int(text, 16) + step)
                found[int(first, 16) + step] = letter
    return found
