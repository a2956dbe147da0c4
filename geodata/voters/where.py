"""
Conditions such as ``age < 35 and party = 'NPP'``, compiled to SQL.

    condition   = term { "or" term }
    term        = factor { "and" factor }
    factor      = "not" factor | "(" condition ")" | comparison
    comparison  = column operator literal | literal operator column
                | column ["not"] "in" "(" literal { "," literal } ")"
                | column ["not"] "like" text | column "is" ["not"] "null"
    operator    = "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="

A literal tells how the column is compared. ``'text'`` or ``"text"``: as text, without regard to
case and surrounding blanks. ``35``: as a number. ``'1990-12-31'``: as a date, the column's written
in a form of `geodata.columns.values.DAYS`. A cell that is no number or no date compares false, and
``not`` makes that true: there is no third value. Null means blank. In ``like``, ``%`` stands for
any text and ``_`` for one character.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, NoReturn

from geodata.columns.columns import nearest
from geodata.columns.values import date_sql, number_sql, text_sql
from geodata.errors import InputError
from geodata.storage.engine import quoted

LONGEST: Final = 20_000
DEEPEST: Final = 50
_DIGITS: Final = 15
"""A floating-point number holds so many digits exactly."""
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
    |(?P<number>[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>==|!=|<>|<=|>=|[=<>(),])""",
    re.VERBOSE,
)
_OPERATORS: Final = {"=": "=", "==": "=", "!=": "<>", "<>": "<>", "<": "<", ">": ">"} | {
    "<=": "<=",
    ">=": ">=",
}
_FLIPPED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_ISO: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

Value = str | float | date


@dataclass(frozen=True)
class Condition:
    """
    A condition as SQL, never NULL.

    Parameters
    ----------
    sql
        Expression over quoted column names, with a ``?`` for each value.
    parameters
        The values, in order.
    """

    sql: str
    parameters: tuple[Value, ...] = ()


EVERYBODY: Final = Condition("TRUE")


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


def compile_where(
    text: str, columns: Collection[str], *, missing: Mapping[str, str] | None = None
) -> Condition:
    """
    Compile a condition; a blank one is true of everybody.

    Parameters
    ----------
    text
        The condition, as in this module's description.
    columns
        Columns that may be named, lower case.
    missing
        Column -> why it cannot be used here, for messages.

    Raises
    ------
    InputError
        WHERE, with the position of the fault.
    """
    if not text.strip():
        return EVERYBODY
    if len(text) > LONGEST:
        message = f"The condition is longer than {LONGEST:,} characters; use a list of voters."
        raise InputError("WHERE", message)
    return _Parser(text, columns, missing or {}).whole()


def check_where(text: str) -> None:
    """
    Stop at a fault of a condition that can be told without knowing the columns.

    Raises
    ------
    InputError
        As `compile_where`.
    """
    compile_where(text, _Anything())


class _Anything(Collection[str]):
    """Columns of a file not read yet: any name may be one."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match or not match.lastgroup:
            open_quote = text[at] in "'\""
            _fail(at, "the quote is never closed" if open_quote else f"unexpected {text[at]!r}")
        if match.lastgroup != "space":
            yield _Token(match.lastgroup, match.group(), at)
        at = match.end()
    yield _Token("end", "the end", at)


def _fail(at: int, what: str) -> NoReturn:
    end = "" if what.endswith((".", "?")) else "."
    message = f"The condition cannot be understood at character {at + 1}: {what}{end}"
    raise InputError("WHERE", message)


class _Parser:
    """Recursive descent over the tokens; each method reads one rule of the grammar."""

    def __init__(self, text: str, columns: Collection[str], missing: Mapping[str, str]) -> None:
        self.tokens = list(_tokens(text))
        self.columns, self.missing = columns, missing
        self.position = self.depth = 0

    def whole(self) -> Condition:
        condition = self.condition()
        if self.next.kind != "end":
            _fail(self.next.at, f"expected 'and' or 'or', found {self.next.text}")
        return condition

    @property
    def next(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.next
        self.position += token.kind != "end"
        return token

    def took(self, *texts: str) -> bool:
        """Whether the next tokens are these words or signs; takes them if so."""
        upcoming = self.tokens[self.position : self.position + len(texts)]
        found = [token.text.lower() if token.kind in ("word", "sign") else "" for token in upcoming]
        if found != list(texts):
            return False
        self.position += len(texts)
        return True

    def expect(self, text: str) -> None:
        if not self.took(text):
            _fail(self.next.at, f"expected {text!r}, found {self.next.text}")

    def condition(self) -> Condition:
        return self._chain("or", self.term)

    def term(self) -> Condition:
        return self._chain("and", self.factor)

    def _chain(self, word: str, rule: Callable[[], Condition]) -> Condition:
        parts = [rule()]
        while self.took(word):
            parts.append(rule())
        return _combined(f" {word.upper()} ", parts)

    def factor(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            _fail(self.next.at, f"more than {DEEPEST} levels of parentheses")
        if self.took("not"):
            inner = self.factor()
            result = Condition(f"(NOT {inner.sql})", inner.parameters)
        elif self.took("("):
            result = self.condition()
            self.expect(")")
        else:
            result = self.comparison()
        self.depth -= 1
        return result

    def comparison(self) -> Condition:
        if self.next.kind in ("text", "number"):
            literal = self.literal()
            operator = self.operator()
            return _compared(self.column(), _FLIPPED.get(operator, operator), literal)
        column = self.column()
        if self.took("is", "not", "null"):
            return Condition(f"({text_sql(quoted(column))} <> '')")
        if self.took("is", "null"):
            return Condition(f"({text_sql(quoted(column))} = '')")
        negated = self.took("not")
        if self.took("in"):
            found = self.members(column)
        elif self.took("like"):
            found = self.pattern(column)
        elif negated:
            _fail(self.next.at, f"expected 'in' or 'like' after 'not', found {self.next.text}")
        else:
            return _compared(column, self.operator(), self.literal())
        return Condition(f"(NOT {found.sql})", found.parameters) if negated else found

    def operator(self) -> str:
        token = self.take()
        if token.text not in _OPERATORS:
            _fail(token.at, f"expected a comparison such as = or <, found {token.text}")
        return _OPERATORS[token.text]

    def members(self, column: str) -> Condition:
        self.expect("(")
        parts = [_compared(column, "=", self.literal())]
        while self.took(","):
            parts.append(_compared(column, "=", self.literal()))
        self.expect(")")
        return _combined(" OR ", parts)

    def pattern(self, column: str) -> Condition:
        token = self.take()
        if token.kind != "text":
            _fail(token.at, f"expected a text in quotes after 'like', found {token.text}")
        return Condition(f"({text_sql(quoted(column))} LIKE lower(?))", (_unquoted(token),))

    def column(self) -> str:
        token = self.take()
        if token.kind != "word":
            _fail(token.at, f"expected a column name, found {token.text}")
        name = token.text.lower()
        if name in self.missing:
            _fail(token.at, self.missing[name])
        if name not in self.columns:
            hint = nearest(name, [*self.columns, *self.missing])
            _fail(token.at, f"there is no column {token.text!r}; {hint}")
        return name

    def literal(self) -> Value:
        token = self.take()
        if token.kind == "number":
            if sum(letter.isdigit() for letter in token.text) > _DIGITS:
                _fail(token.at, "put quotes around a number this long")
            return float(token.text)
        if token.kind != "text":
            hint = "; put quotes around a text" if token.kind == "word" else ""
            _fail(token.at, f"expected a text or number, found {token.text}{hint}")
        text = _unquoted(token)
        if not _ISO.fullmatch(text.strip()):
            return text
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            _fail(token.at, f"{text!r} is no date")


def _unquoted(token: _Token) -> str:
    mark = token.text[0]
    return token.text[1:-1].replace(mark * 2, mark)


def _compared(column: str, operator: str, value: Value) -> Condition:
    if isinstance(value, str):
        sql = f"({text_sql(quoted(column))} {operator} {text_sql('?')})"
    else:
        cell = date_sql(column) if isinstance(value, date) else number_sql(column)
        sql = f"coalesce({cell} {operator} ?, FALSE)"
    return Condition(sql, (value,))


def _combined(operator: str, parts: list[Condition]) -> Condition:
    if len(parts) == 1:
        return parts[0]
    sql = operator.join(part.sql for part in parts)
    return Condition(f"({sql})", tuple(value for part in parts for value in part.parameters))
