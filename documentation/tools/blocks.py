"""Runs what a document shows: its sh, python and c blocks, each exactly as the reader would.

The blocks of one section (from one ## heading to the next) share a folder that looks like the checkout: build/relive
and documentation/ are there. A later block may read what an earlier one wrote. What ran is kept in the build folder
under a key made of the program, the experiments and the blocks, so that an unchanged section does not run again."""
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import library

KEPT = library.BUILD / "documents"
EXPERIMENTS = library.ROOT / "documentation/experiments"
RUN = ("sh", "python", "c")                      # run, and must succeed
SHOWN = ("text", "math", "json", "yaml", "html")  # only shown


class Failed(Exception):
    """A block that does not run."""


class Above:
    """The blocks of a section up to a mark: what a mark below them may ask."""

    def __init__(self, folder, blocks, outputs):
        self.folder, self.blocks, self.outputs = folder, blocks, outputs

    @property
    def commands(self):
        """Each line of the last block, if it is one of commands."""
        return [line.split(" #")[0].strip() for line in self.blocks[-1][1].splitlines() if line.strip()]

    @property
    def printed(self):
        """What the last block printed."""
        return self.outputs[-1]

    def results(self, out="outputs"):
        """The results that `relive compare --out OUT` left."""
        return json.loads((self.folder / out / "results.json").read_text(encoding="utf-8"))

    def file(self, path):
        """A file that the blocks wrote."""
        return (self.folder / path).read_text(encoding="utf-8")

    def json(self, command=-1):
        """What a command of the last block answers with --json, or has answered."""
        if len(self.commands) == 1 and "--json" in shlex.split(self.commands[0]):
            return json.loads(self.printed)
        return self.ask([str(library.PROGRAM), *shlex.split(self.commands[command])[1:]])

    def ask(self, words):
        """What a program run in this folder answers with --json."""
        return json.loads(_answer(self.folder, (*words, "--json")))


@functools.cache  # several marks ask the same
def _answer(folder, words):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def _compile_flags():
    needed = re.search(r"^Requires: (.*)$", (library.BUILD / "relive.pc").read_text(), re.M)[1]
    flags = subprocess.run(["pkg-config", "--libs", *needed.split()], capture_output=True, text=True, check=True)
    return [str(library.BUILD / "librelive.a"), *flags.stdout.split(), "-lm", "-pthread"]


def _run(folder, number, language, code):
    env = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1",
           "PATH": f"{folder / '.bin'}:{os.environ['PATH']}"}
    if language == "sh":
        command = ["sh", "-e", "-c", code]
    elif language == "python":
        command = [library.PYTHON, "-c", code]
    else:
        source = folder / f"shown{number}.c"
        source.write_text(code, encoding="utf-8")
        built = subprocess.run([os.environ.get("RELIVE_CC", "cc"), "-std=gnu11", "-Wall", "-Wextra", "-Werror",
                                f"-I{library.ROOT}/include", source, *_compile_flags(), "-o", source.with_suffix("")],
                               capture_output=True, text=True, check=False)
        if built.returncode:
            raise Failed(f"this C does not compile: {built.stderr.strip()}")
        command = [source.with_suffix("")]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failed(f"exit code {done.returncode} from\n{code}{done.stderr.strip()}")
    return done.stdout


def key(blocks):
    said = hashlib.sha256(library.fingerprint().encode())
    for path in sorted(EXPERIMENTS.glob("*.py")):
        said.update(path.read_bytes())
    said.update(json.dumps(blocks).encode())
    return said.hexdigest()[:24]


def forget_all_but(keys):
    """Throws away what older programs and documents left."""
    for folder in KEPT.glob("*") if KEPT.exists() else []:
        if folder.name not in keys:
            shutil.rmtree(folder, ignore_errors=True)


def run(blocks):
    """Runs the blocks [(language, code)] of one section, or recalls what they gave: (folder, outputs)."""
    folder = KEPT / key(blocks)
    done = folder / ".done.json"
    if done.exists():
        return folder, json.loads(done.read_text(encoding="utf-8"))
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "build").mkdir(parents=True)
    (folder / ".bin").mkdir()
    (folder / "build/relive").symlink_to(library.PROGRAM)
    (folder / ".bin/python3").symlink_to(library.PYTHON)
    for name in ("documentation", "examples", "data"):
        (folder / name).symlink_to(library.ROOT / name)
    outputs = [_run(folder, number, language, code) for number, (language, code) in enumerate(blocks)]
    done.write_text(json.dumps(outputs), encoding="utf-8")
    return folder, outputs
