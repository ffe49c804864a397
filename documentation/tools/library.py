"""The library and the program, as the course's documents ask them. Nothing here computes: everything is asked for.

RELIVE is the program and RELIVE_BUILD the folder it was built in (default: build/), as in the tests."""
import functools
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import tempfile
import types

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("RELIVE_BUILD", ROOT / "build")).resolve()
PROGRAM = pathlib.Path(os.environ.get("RELIVE", BUILD / "relive")).resolve()
ASK = BUILD / "documents_ask"  # documentation/tools/ask.c
PYTHON = "/usr/bin/python3"    # Debian's own: another one may stand first on PATH without Debian's modules


@functools.cache
def fingerprint():
    """Of what answers: another program, another fingerprint."""
    return hashlib.sha256(PROGRAM.read_bytes() + ASK.read_bytes()).hexdigest()


def ask(subject, **details):
    """One question to the library (see ask.c): ask("curve relu -", z=[-1, 2]) and so on."""
    lines = [subject]
    for key, value in details.items():
        many = isinstance(value, (list, tuple))
        lines.append(f"{key} " + (" ".join(f"{each:.9g}" for each in value) if many else str(value)))
    return _answer("\n".join([*lines, "?", ""]))


@functools.cache
def _answer(question):
    done = subprocess.run([ASK], input=question, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{done.stderr.strip()} (asked: {question!r})")
    return json.loads(done.stdout)


@functools.cache
def curves():
    """Every curve the library knows, by name, in its order."""
    return {each["name"]: types.SimpleNamespace(**each) for each in ask("curves")}


def _at(name, z, alpha, what):
    found = ask(f"curve {name} {'-' if alpha is None else format(alpha, '.9g')}", z=[z])
    return found[what][0]


def f(name, z, alpha=None):
    """A curve's value."""
    return _at(name, z, alpha, "f")


def slope(name, z, alpha=None):
    """A curve's slope."""
    return _at(name, z, alpha, "slope")


def conducts(name, z, alpha=None):
    """Is the exact slope not 0?"""
    return _at(name, z, alpha, "conducts")


def net(layers, **details):
    """A net worked through: node values, loss, gradients, parameters after steps, which units are dead (see ask.c)."""
    return types.SimpleNamespace(**ask(f"net {layers}", **details))


@functools.cache
def relive(arguments):
    """The program's answer to `relive ARGUMENTS --json`."""
    with tempfile.TemporaryDirectory() as folder:  # what it writes besides is not wanted
        done = subprocess.run([PROGRAM, *shlex.split(arguments), "--json"], cwd=folder, capture_output=True, text=True,
                              check=False)
    if done.returncode:
        raise ValueError(f"relive {arguments}: {done.stderr.strip()}")
    return json.loads(done.stdout)
