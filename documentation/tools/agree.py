"""Do two texts say the same? Words must be equal, numbers equal as printed or, where a tolerance is given, near.

Training is chaotic: a processor without fused multiply-add rounds differently, and after a thousand steps a mean over
seeds has moved a little. So a mark that holds results of training states by how much they may move."""
import re

NUMBER = re.compile(r"[-+−±]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def tolerance(text):
    """`5 %`, `0.3` or `5 % or 0.3` as (relative, absolute)."""
    relative = absolute = 0.0
    for part in (text or "").split(" or "):
        part = part.strip()
        if part.endswith("%"):
            relative = float(part[:-1]) / 100
        elif part:
            absolute = float(part)
    return relative, absolute


def value(token):
    return float(token.replace("−", "-").replace("±", ""))


def disagreement(old, new, allowed=(0.0, 0.0)):
    """The first thing in which two texts differ by more than allowed, or None."""
    old_words, new_words = NUMBER.split(old), NUMBER.split(new)
    old_numbers, new_numbers = NUMBER.findall(old), NUMBER.findall(new)
    for i, (was, now) in enumerate(zip(old_words, new_words)):
        if was.split() != now.split():
            return f"…{was.strip()[-80:]}… should read …{now.strip()[-80:]}…"
        if i < min(len(old_numbers), len(new_numbers)):
            was, now = old_numbers[i], new_numbers[i]
            if was != now:
                relative, absolute = allowed
                a, b = value(was), value(now)
                if abs(a - b) > max(absolute, relative * max(abs(a), abs(b))):
                    return f"{was} should be {now} (after …{old_words[i].strip()[-60:]})"
    if len(old_words) != len(new_words):
        return f"{len(old_numbers)} numbers where {len(new_numbers)} should be"
    return None
