"""How numbers and tables are written. A printed figure has no more digits than are the same on every machine."""
import re


def n(x, digits=3):
    """A number with so many significant digits, none of them idle: 0.25, 12.6, −3, 1.2·10⁻⁵."""
    text = f"{x:.{digits}g}"
    if "e" in text:
        mantissa, power = text.split("e")
        text = f"{mantissa}·10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    return "0" if text == "-0" else text.replace("-", "−")


def tex(x, digits=3):
    """The same inside mathematics."""
    text = f"{x:.{digits}g}"
    if "e" in text:
        mantissa, power = text.split("e")
        text = rf"{mantissa} \cdot 10^{{{int(power)}}}"
    return "0" if text == "-0" else text


def p(x, digits=3):
    """A factor or a summand inside mathematics: in brackets when negative."""
    text = tex(x, digits)
    return f"({text})" if text.startswith("-") else text


def percent(share, places=1):
    """0.267 as 26.7 %."""
    return f"{100 * share:.{places}f} %".replace("-", "−")


def points(difference, places=1):
    """A difference of shares, in percentage points, with its sign."""
    text = f"{100 * difference:+.{places}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "−")


def p_value(x):
    """How a p is printed everywhere."""
    return "< 0.001" if x < 0.001 else f"{x:.2f}"


def table(head, rows, align=None):
    """A Markdown table; align is a letter a column, l or r (default: the first l, the others r)."""
    align = align or "l" + "r" * (len(head) - 1)
    rule = ["---:" if a == "r" else "---" for a in align]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [head, rule, *rows])


def fence(text, language="text"):
    """What a program printed."""
    text = re.sub(r"[ \t]+$", "", text, flags=re.M).strip("\n")
    return f"```{language}\n{text}\n```"


def join(names):
    """a, b and c"""
    names = list(names)
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
