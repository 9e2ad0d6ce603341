"""Reading an expression: characters → tokens → nodes.

Full-width signs mean the same as half-width ones. A run of letters, Chinese characters, digits and _ is always one
token, so 或许数 and 报名且通过数 are names: a joining word (且 或 非 and or not) counts only with a blank, a bracket or
another sign on both sides.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from expressions.problems import ExpressionError, Problem
from expressions.syntax import (
    Call,
    Chain,
    Comparison,
    Group,
    Junction,
    Name,
    Named,
    Negative,
    Node,
    Not,
    Number,
    Place,
    String,
)

MAX_LENGTH = 4_000
MAX_DEPTH = 24
MAX_DIGITS = 30

# In `f(name = …` lark's LALR prefers reading on (`named`) to ending the name; the checker decides what was meant.
GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction (OR conjunction)*
?conjunction: negation (AND negation)*
?negation: comparison | NOT comparison -> negation
?comparison: sum ((COMPARE | EQUAL) sum)*
?sum: product ((PLUS | MINUS) product)*
?product: signed ((TIMES | DIVIDE) signed)*
?signed: atom | MINUS atom -> negative
?atom: NUMBER -> number
     | STRING -> string
     | NAME -> name
     | BRACKETED -> bracketed
     | NAME "(" [argument ("," argument)*] ")" -> call
     | "(" disjunction ")" -> group
?argument: disjunction | NAME EQUAL disjunction -> named

NUMBER: /[0-9]+(\.[0-9]+)?%?(?![\w.])/
NAME: /(?=[0-9]*[^\W0-9])\w+(\.\w+)*/
BRACKETED: /\[([^\[\]\n]|\[[^\[\]\n]*\])+\]/
STRING: /"[^"\n]*"|“[^”\n]*”/
COMPARE: /<=|>=|==|!=|[<>≤≥≠]/
EQUAL: "="
PLUS: "+"
MINUS: "-"
TIMES: /[*×]/
DIVIDE: /[\/÷]/
BLANK: /\s+/
%declare AND OR NOT
%ignore BLANK
"""

WORDS = {"and": "AND", "且": "AND", "or": "OR", "或": "OR", "not": "NOT", "非": "NOT"}
_SIGNS = str.maketrans("０１２３４５６７８９＋－−＊／（），＜＞＝！％．［］＂", '0123456789+--*/(),<>=!%.[]"')
_OPERATORS = {"×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="}


def _word(token: Token) -> Token:
    return Token.new_borrow_pos(WORDS.get(token.casefold(), token.type), str(token), token)


_LARK = Lark(
    GRAMMAR,
    parser="lalr",
    lexer="basic",
    propagate_positions=True,
    maybe_placeholders=False,
    lexer_callbacks={"NAME": _word},
)


def parse(text: str, line: int = 1, column: int = 1) -> Node:
    """The node of `text`; `line` and `column` say where it begins in the text around it.

    Raises ExpressionError with one problem: more than 4,000 characters, brackets more than 24 deep, a number of
    more than 30 digits, or anything the grammar does not know.
    """
    return _Reader(text, line, column).node()


@lru_cache(maxsize=10_000)
def name_in(text: str) -> str | None:
    """The name that `text` consists of, None when it is no single name."""
    try:
        node = parse(text)
    except ExpressionError:
        return None
    return node.name if isinstance(node, Name) else None


class _Reader:
    def __init__(self, text: str, line: int, column: int) -> None:
        self.text, self.line, self.column = text, line, column

    def node(self) -> Node:
        if len(self.text) > MAX_LENGTH:
            message = f"式子太长：共{len(self.text)}个字符，最多{MAX_LENGTH}个。请拆成几个计算项"
            raise ExpressionError([Problem(self.line, self.column, len(self.text), message)])
        if not self.text.strip():
            raise self._error(0, len(self.text), "这里还没有写式子")
        signs = self.text.translate(_SIGNS)
        try:
            self._check_brackets(_LARK.lex(signs))
            return self._build(_LARK.parse(signs))
        except UnexpectedCharacters as error:
            raise self._unreadable(error.pos_in_stream or 0) from None
        except UnexpectedToken as error:
            raise self._misplaced(error.token) from None

    def _check_brackets(self, tokens: Iterator[Token]) -> None:
        opened: list[Token] = []
        for token in tokens:
            if token.type == "LPAR":
                opened.append(token)
                if len(opened) > MAX_DEPTH:
                    raise self._at(token, f"括号套得太深，最多{MAX_DEPTH}层。请拆成几个计算项")
            elif token.type == "RPAR":
                if not opened:
                    raise self._at(token, "多了一个右括号“）”，前面没有与它配对的左括号")
                opened.pop()
        if opened:
            raise self._at(opened[-1], "这个左括号“（”没有配对的右括号")

    def _build(self, tree: Tree[Token]) -> Node:
        meta = tree.meta
        place = self._place(meta.start_pos, meta.end_pos)
        first, last = tree.children[0], tree.children[-1]
        match tree.data:
            case "number":
                return self._number(place, str(first))
            case "string":
                return String(place, place.text[1:-1])
            case "name":
                return Name(place, place.text)
            case "bracketed":
                return Name(place, place.text[1:-1].strip())
            case "negative":
                return Negative(place, self._node(last))
            case "negation":
                return Not(place, self._node(last))
            case "group":
                return Group(place, self._node(first))
            case "named":
                name = str(first)
                start = Place(place.line, place.column, place.text[: len(name)])
                return Named(place, Name(start, start.text), self._node(last))
            case "call":
                name = self.text[meta.start_pos : meta.start_pos + len(str(first))]
                return Call(place, name, tuple(map(self._node, tree.children[1:])))
        return self._joined(tree.data, place, tree.children)

    def _joined(self, rule: str, place: Place, children: list[Tree[Token] | Token]) -> Node:
        operands = tuple(map(self._node, children[::2]))
        operators = tuple(_OPERATORS.get(str(sign), str(sign)) for sign in children[1::2])
        match rule:
            case "comparison":
                return Comparison(place, operands, operators)
            case "conjunction":
                return Junction(place, "and", operands)
            case "disjunction":
                return Junction(place, "or", operands)
        return Chain(place, operands[0], tuple(zip(operators, operands[1:], strict=True)))

    def _node(self, child: Tree[Token] | Token) -> Node:
        assert isinstance(child, Tree)
        return self._build(child)

    def _number(self, place: Place, digits: str) -> Number:
        if sum(map(str.isdigit, digits)) > MAX_DIGITS:
            problem = Problem(place.line, place.column, len(place.text), f"数字太长，最多{MAX_DIGITS}位")
            raise ExpressionError([problem])
        percent = digits.endswith("%")
        value = Fraction(digits.rstrip("%"))
        return Number(place, value / 100 if percent else value)

    def _place(self, start: int, end: int) -> Place:
        before = self.text[:start]
        lines = before.count("\n")
        column = start - (before.rfind("\n") + 1)
        return Place(self.line + lines, column + (1 if lines else self.column), self.text[start:end])

    def _error(self, start: int, end: int, message: str) -> ExpressionError:
        place = self._place(start, end)
        return ExpressionError([Problem(place.line, place.column, end - start, message)])

    def _at(self, token: Token, message: str) -> ExpressionError:
        assert token.start_pos is not None
        return self._error(token.start_pos, token.start_pos + len(token), message)

    def _unreadable(self, position: int) -> ExpressionError:
        sign = self.text[position]
        shown = sign if sign.isprintable() else f"U+{ord(sign):04X}（看不见的字符）"
        match sign.translate(_SIGNS):
            case '"' | "“" | "”":
                message = "引号没有成对"
            case "[" | "]":
                message = "方括号没有成对，或者里面没有名称"
            case digit if digit.isdecimal():
                message = "数字写得不对：小数点后要有数字，数字后面不能紧跟文字或第二个小数点"
            case _:
                message = f"不认识的符号“{shown}”；名称里有符号时请加方括号，例如 [“苏政50条”咨询量]"
        return self._error(position, position + 1, message)

    def _misplaced(self, token: Token) -> ExpressionError:
        if token.type == "$END":
            end = len(self.text.rstrip())
            return self._error(end, end, "式子没有写完，后面还缺一个数、名称或函数")
        operand = token.type in {"NUMBER", "STRING", "NAME", "BRACKETED", "LPAR", "NOT"}
        assert token.start_pos is not None
        shown = self.text[token.start_pos : token.start_pos + len(token)]
        if operand:
            message = (
                f"“{shown}”与前面的内容之间缺少运算符；名称里有空格或括号时请加方括号，例如 [名称（一）]"
            )
        else:
            message = f"“{shown}”前面缺少一个数、名称或函数，或者它不应写在这里"
        return self._at(token, message)
