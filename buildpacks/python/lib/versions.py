"""Versions of Python against what an app asks for: `3.11`, `3.11.4`, PEP 440 ranges, and Poetry's ^, ~ and ||."""

import re

CLAUSE = re.compile(r"^(===|==|!=|<=|>=|~=|<|>|\^|~)?\s*v?(\d+(?:\.\d+)*)(\.\*)?$")


def numbers(text):
    """`3.11.2` as numbers."""
    return tuple(int(part) for part in text.split("."))


def satisfies(version, wanted):
    """Whether a version such as `3.11.2` lies in a range. Raises ValueError when it isn't one."""
    return any(all_hold(numbers(version), choice) for choice in re.split(r"\|\|?", wanted))


def all_hold(version, text):
    # Poetry separates by blanks too; a blank after an operator belongs to it.
    clauses = re.split(r"[,\s]+", re.sub(r"([<>=!~^])\s+", r"\1", text.strip()))
    return all(holds(version, clause) for clause in clauses if clause not in ("", "*"))


def holds(version, clause):
    match = CLAUSE.match(clause)
    if not match:
        raise ValueError(clause)
    operator, digits, star = match[1] or "==", numbers(match[2]), bool(match[3])
    size = len(digits)
    # `3.11` and `==3.11.*` mean all of 3.11; with an operator, what is not written is 0.
    if star or (match[1] is None and size < 3):
        return (version[:size] == digits) != (operator == "!=")
    exact = digits + (0,) * (3 - size)
    if operator in ("~=", "~", "^"):
        return exact <= version and version[: fixed(operator, size)] == digits[: fixed(operator, size)]
    return {"==": version == exact, "===": version == exact, "!=": version != exact, "<=": version <= exact,
            ">=": version >= exact, "<": version < exact, ">": version > exact}[operator]


def fixed(operator, size):
    """How many numbers must stay as they are."""
    if operator == "^":
        return 1
    return size - 1 if operator == "~=" else min(size, 2)


def newest(versions, wanted):
    """The newest that fits, or None."""
    fitting = [version for version in versions if satisfies(version, wanted)]
    return max(fitting, key=numbers, default=None)
