"""exam_preparation.md: how a question is kept, checked and written. The questions stand in choice.py, several.py and
numerical.py.

A question of choice is a text, its options, and why. Each option carries its truth, and wherever a program can know it,
the truth is an expression that asks the library. The letters follow from that, so an answer key cannot be wrong on its
own. The options are put in an order that depends on the text alone."""
import hashlib

import choice
import numerical
import several

LETTERS = "ABCDEF"


def ordered(question):
    """The options in an order that nobody chose."""
    text, options, _ = question
    return sorted(options, key=lambda option: hashlib.sha256((text + option[0]).encode()).digest())


def key(question):
    """The right letters."""
    return [LETTERS[i] for i, (_, true) in enumerate(ordered(question)) if true]


def checked(questions, least, one):
    """The questions, if they are in order; else an error that names the one that is not."""
    if len(questions) < least:
        raise ValueError(f"{len(questions)} questions, {least} are wanted")
    for question in questions:
        text, options, why = question
        if not all(isinstance(true, bool) for _, true in options):
            raise ValueError(f"an option is neither true nor false: {text}")
        if len({option for option, _ in options}) != len(options) or not 3 <= len(options) <= 6:
            raise ValueError(f"options are missing or the same: {text}")
        if len(key(question)) != 1 if one else not 1 < len(key(question)) <= len(options):
            raise ValueError(f"right are {key(question)}: {text}")
        if not why:
            raise ValueError(f"no explanation: {text}")
    if len({text for text, _, _ in questions}) != len(questions):
        raise ValueError("a question stands there twice")
    return questions


def answer(lines):
    return ["<details><summary>Answer</summary>", "", *lines, "", "</details>", ""]


def choices(questions, least, one):
    lines = []
    for number, question in enumerate(checked(questions, least, one), 1):
        text, _, why = question
        lines += [f"**{number}.** {text}", ""]
        lines += [f"- {LETTERS[i]}. {option}" for i, (option, _) in enumerate(ordered(question))]
        lines += ["", *answer([f"**{', '.join(key(question))}.** {why}"])]
    return "\n".join(lines).rstrip()


def multiple_choice():
    return choices(choice.questions(), 40, True)


def multiple_select():
    return choices(several.questions(), 25, False)


def numerical_questions():
    """Each has the library's value and the value that the written solution comes to; they must agree."""
    questions = numerical.questions()
    if len(questions) < 25:
        raise ValueError(f"{len(questions)} questions, 25 are wanted")
    lines = []
    for number, (text, solution, library_says, by_hand, shown) in enumerate(questions, 1):
        if abs(library_says - by_hand) > 2e-5 * max(1.0, abs(by_hand)):
            raise ValueError(f"the library says {library_says}, the solution {by_hand}: {text}")
        lines += [f"**{number}.** {text}", "", *answer([solution, "", f"**Answer: {shown}**"])]
    return "\n".join(lines).rstrip()


def letters():
    """How often each letter is right among the questions with one right answer."""
    found = [key(question)[0] for question in choice.questions()]
    return {letter: found.count(letter) for letter in LETTERS[:4]}
