"""What can go wrong, as exceptions; the text is the library's own line: what, where, what was expected."""
from __future__ import annotations


class Error(Exception):
    """Any failure that the library reports."""


class ConfigError(Error, ValueError):
    """A setting outside its range, an unknown name."""


class ShapeError(Error, ValueError):
    """Sizes that do not fit together."""


class FileError(Error, ValueError):
    """A file that cannot be read as what it should be."""


class MissingError(Error):
    """The machine lacks something: disk space, a program, a library."""


class OutOfMemory(Error, MemoryError):
    """An allocation failed."""


class DivergedWarning(UserWarning):
    """A training's loss or weights were no longer finite."""


def raise_for(lib, code: int, text: str | None) -> None:
    """Raises the exception of an rl_code."""
    kinds = {lib.RL_NO_MEMORY: OutOfMemory, lib.RL_BAD_SHAPE: ShapeError, lib.RL_BAD_CONFIG: ConfigError,
             lib.RL_BAD_FILE: FileError, lib.RL_MISSING: MissingError, lib.RL_INTERRUPTED: KeyboardInterrupt}
    raise kinds.get(code, Error)(text)
