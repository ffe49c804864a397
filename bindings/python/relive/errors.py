"""What can go wrong, as exceptions; the text is the library's own line: what, where, what was expected."""
from __future__ import annotations


class Error(Exception):
    """Any failure that the library reports."""


class ConfigError(Error, ValueError):
    """A setting outside its range, an unknown name."""


class ShapeError(Error, ValueError):
    """Sizes that do not fit together."""


class FileError(Error, OSError):
    """A file that cannot be read as what it should be, or cannot be written."""


class MissingError(Error, OSError):
    """The machine lacks something: disk space, a program, a library."""


class OutOfMemory(Error, MemoryError):
    """An allocation failed."""


class DivergedWarning(UserWarning):
    """A training's loss or weights were no longer finite."""
