"""A calculator for numbers and + - * / // % **, with bounds, and without eval.

Kept apart from the other built-in functions because its input is a small language of its own.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Final

from playground.syntax import expression_of

LONGEST: Final = 500
LARGEST_DIGITS: Final = 300
"""Digits that a whole number may have, intermediate ones included."""

Number = int | float

_BINARY: Final[Mapping[type[ast.operator], Callable[[Number, Number], Number]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}


class CannotCalculate(ValueError):
    """The expression is no calculation, or too large; the message is a sentence."""


def calculated(expression: str) -> Number:
    """The value of an expression such as `2 * (3 + 4) ** 2`. Raises CannotCalculate.

    >>> calculated("2 * (3 + 4) ** 2")
    98
    """
    text = expression.strip().replace("×", "*").replace("÷", "/").replace("−", "-")
    if len(text) > LONGEST:
        raise CannotCalculate(f"The expression is longer than {LONGEST} characters.")
    try:
        return value_of(expression_of(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, CannotCalculate):
            raise
        raise CannotCalculate("This is no expression of numbers and + - * / // % **.") from error


def value_of(node: ast.expr) -> Number:
    """The value of such an expression that has been parsed already. Raises CannotCalculate."""
    try:
        return _value(node)
    except RecursionError as error:
        raise CannotCalculate("It is nested too deeply.") from error
    except ZeroDivisionError as error:
        raise CannotCalculate("It divides by zero.") from error
    except OverflowError as error:
        raise CannotCalculate("The result is too large.") from error


def written(value: Number) -> str:
    """A result as text: 15 digits of a broken number, so that 0.1 + 0.2 is 0.3."""
    return str(value) if isinstance(value, int) else f"{value:.15g}"


def _value(node: ast.expr) -> Number:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number):
            return _bounded(number)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.UnaryOp(op=ast.UAdd(), operand=inner):
            return _value(inner)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left), _value(right))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _bounded(_BINARY[type(op)](_value(left), _value(right)))
        case ast.BinOp(op=ast.BitXor()):
            raise CannotCalculate("^ is no power here: write **.")
    raise CannotCalculate("Only numbers and + - * / // % ** are calculated.")


def _power(base: Number, exponent: Number) -> Number:
    """A power, after a look at how many digits it would have."""
    digits = abs(exponent) * math.log10(max(abs(base), 1))
    if digits > LARGEST_DIGITS:
        raise CannotCalculate(f"A power would have more than {LARGEST_DIGITS} digits.")
    result = base**exponent
    if isinstance(result, complex):
        raise CannotCalculate("It takes an even root of a negative number.")
    return _bounded(result)


def _bounded(value: Number) -> Number:
    if isinstance(value, float) and not math.isfinite(value):
        raise CannotCalculate("The result is too large.")
    if abs(value) >= 10**LARGEST_DIGITS:
        raise CannotCalculate(f"A number has more than {LARGEST_DIGITS} digits.")
    return value
