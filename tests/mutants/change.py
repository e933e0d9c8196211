"""Places in a C file where one thing can be changed, and the change."""

import dataclasses
import re

# What may stand in place of an operator.
OPERATORS = {
    "==": ("!=",), "!=": ("==",), "<": ("<=", ">="), "<=": ("<", ">"),
    ">": (">=", "<="), ">=": (">", "<"), "&&": ("||",), "||": ("&&",),
    "+": ("-",), "-": ("+",), "/": ("*",), "%": ("/",), "<<": (">>",),
    ">>": ("<<",), "+=": ("-=",), "-=": ("+=",), "|=": ("&=", "="),
    "&=": ("|=",), "++": ("--",), "--": ("++",),
}
WORDS = {"true": ("false",), "false": ("true",), "continue": ("break",)}
TOKEN = re.compile(r"""
    (?P<skip>/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|
             ^[ \t]*\#(?:[^\n\\]|\\.)*$)
  | (?P<number>\b(?:0[xX][0-9a-fA-F]+|\d+)[uUlL]*\b)
  | (?P<word>\b[A-Za-z_]\w*\b)
  | (?P<operator><<=|>>=|->|\+\+|--|==|!=|<=|>=|&&|\|\||<<|>>|\+=|-=|\*=|/=|
                 %=|\|=|&=|\^=|[-+*/%<>=!&|^~?:;,(){}\[\].])
""", re.X | re.S | re.M)


# An array that is longer than it need be is no fault, and a line of the log
# more or less in a minute is none.
HARMLESS = re.compile(r"^\t+(?:\w+ )+\**\w+[^=;(]*\[[^\]]*\Z"
                      r"|\bLIMIT\([^()]*\Z|\bLOG_LIMIT\([^()]*\Z")


@dataclasses.dataclass
class Place:
    start: int
    end: int
    kind: str


@dataclasses.dataclass
class Made:
    text: str # of the whole file
    number: int # of the line
    line: str # before the change
    what: str # "< to <="


def bodies(text):
    """Where functions begin and end: a brace in the first column."""
    return [match.span() for match in
            re.finditer(r"^\{\n.*?^\}\n", text, re.S | re.M)]


def is_binary(before):
    """Whether an operator after this token has an operand before it."""
    return before is not None and (
        before.lastgroup in ("number", "word") or before[0] in (")", "]")) \
        and before[0] not in ("return", "case", "sizeof")


def places(text):
    """All places in the bodies of functions."""
    found = []
    for start, end in bodies(text):
        before = None
        for match in TOKEN.finditer(text, start, end):
            kind, token = match.lastgroup, match[0]
            if kind == "skip":
                continue
            if kind == "operator" and token in OPERATORS and (
                    token in ("++", "--") or is_binary(before)):
                found.append(Place(*match.span(), kind))
            elif kind == "number":
                if match[0] == "1" and text[match.start() - 1] == "-":
                    found.append(Place(before.start(), match.end(), "minus"))
                elif text[before.start():match.end() + 1] == "return 0;" and \
                        "return -1;" in text[start:end]:
                    found.append(Place(*match.span(), "success"))
                elif not HARMLESS.search(
                        text[text.rfind("\n", 0, match.start())
                             + 1:match.start()]):
                    found.append(Place(*match.span(), kind))
            elif kind == "word" and token in WORDS:
                found.append(Place(*match.span(), kind))
            elif kind == "word" and token in ("if", "while") and \
                    text[match.end():match.end() + 2] == " (":
                found.append(Place(match.end() + 1, match.end() + 2,
                                   "condition"))
            before = match
    return found


def closing(text, at):
    """The parenthesis that closes the one at a position."""
    depth = 0
    for match in TOKEN.finditer(text, at):
        if match.lastgroup == "operator":
            depth += {"(": 1, ")": -1}.get(match[0], 0)
            if depth == 0:
                return match.start()
    raise ValueError("no closing parenthesis")


def make(text, place, chance):
    """The file with one change at a place."""
    old = text[place.start:place.end]
    after = text[place.end:]
    if place.kind == "condition":
        end = closing(text, place.start)
        new, what = "(!(", "condition reversed"
        after = text[place.end:end] + ")" + text[end:]
    else:
        if place.kind == "number":
            value = re.match(r"0[xX][0-9a-fA-F]+|\d+", old)[0]
            number = int(value, 16 if value[:2].lower() == "0x" else
                         8 if value[0] == "0" and len(value) > 1 else 10)
            new = str(number + chance.choice((1, -1) if number > 0 else (1,)))
            new += old[len(value):]
        elif place.kind == "minus":
            new = "0"
        elif place.kind == "success":
            new = "-1" # for callers, 1 is 0: they look for -1
        else:
            new = chance.choice({**OPERATORS, **WORDS}[old])
        what = f"{old} to {new}"
    start = text.rfind("\n", 0, place.start) + 1
    return Made(text[:place.start] + new + after,
                text.count("\n", 0, place.start) + 1,
                " ".join(text[start:text.index("\n", place.start)].split()),
                what)
