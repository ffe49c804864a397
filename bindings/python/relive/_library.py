"""The door to C: librelive and the two public headers, which lie beside this file.

cffi in ABI mode reads the headers as they are, so no declaration is written twice and neither Python's headers nor a
compiler are needed; the build only puts library and headers here. cffi lets go of the interpreter's lock during every
call. What is made for C lives as long as its Python object: handles are freed with it (ffi.gc), arrays are kept by it.
"""
from __future__ import annotations

import json
import numbers
import pathlib
import re
import types
import weakref
from typing import Any, Callable, Sequence

import cffi
import numpy as np

from . import errors

HERE = pathlib.Path(__file__).parent
HEADERS = ("relive.h", "relive_study.h")


def _declarations(name: str) -> str:
    """A header as cffi reads it: without the preprocessor's lines, extern "C" and compiler attributes."""
    text = (HERE / "include" / name).read_text(encoding="utf-8")
    text = re.sub(r"#ifdef __cplusplus\n.*?#endif\n", "", text, flags=re.S)
    text = re.sub(r"__attribute__\(\(.*?\)\)\)", "", text)
    return re.sub(r"^#.*$", "", text, flags=re.M)


ffi = cffi.FFI()
for _header in HEADERS:
    ffi.cdef(_declarations(_header))
ffi.cdef("void free(void *block);")
lib = ffi.dlopen(str(HERE / "librelive.so"))
process = ffi.dlopen(None)  # whose free() is that of a preloaded allocator too
NULL = ffi.NULL


# ---- errors and words ----

EXCEPTIONS = {lib.RL_NO_MEMORY: errors.OutOfMemory, lib.RL_BAD_SHAPE: errors.ShapeError,
              lib.RL_BAD_CONFIG: errors.ConfigError, lib.RL_BAD_FILE: errors.FileError,
              lib.RL_MISSING: errors.MissingError, lib.RL_INTERRUPTED: KeyboardInterrupt}


class Errors:
    """One rl_error for a run of calls; leaving the block raises what it holds.

        with Errors() as err:
            net = lib.rl_net_new(config, err)
    """

    def __enter__(self) -> Any:
        self.value = ffi.new("rl_error *")
        return self.value

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None and self.value.code:
            raise EXCEPTIONS.get(self.value.code, errors.Error)(text_of(self.value.text))


def text_of(words: Any) -> str | None:
    """A C string, or None for NULL."""
    return None if words == NULL else ffi.string(words).decode()


def bytes_of(text: Any) -> bytes:
    """For C, which ends a string at its first 0."""
    words = str(text).encode()
    if b"\0" in words:
        raise errors.ConfigError(f"{text!r}: expected text without a character 0")
    return words


def named(kind: str, name: str) -> Any:
    """The library's activation, initialiser, loss, optimiser or regime of this name."""
    with Errors() as err:
        found = getattr(lib, f"rl_{kind}_named")(bytes_of(name), err)
    return found


def every(kind: str) -> list[Any]:
    """All of them: "activations", "initialisers", "losses", "optimisers"."""
    count = ffi.new("size_t *")
    found = getattr(lib, f"rl_{kind}")(count)
    return [found[i] for i in range(count[0])]


def document(write: Callable, *arguments: Any) -> dict:
    """What one of the library's JSON writers says."""
    with Errors() as err:
        words = write(*arguments, err)
    try:
        return json.loads(ffi.string(words))
    finally:
        process.free(words)


# ---- arrays ----

def floats(x: Any, dimensions: int | None = None, what: str = "x") -> np.ndarray:
    """x as float32 in C order: x itself where it is that already, without a copy."""
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        array = _as_numbers(array, what)
    if dimensions is not None and array.ndim != dimensions:
        raise errors.ShapeError(f"{what}: expected {dimensions} dimensions, found {array.ndim}")
    return np.asarray(array, dtype=np.float32, order="C")


def _as_numbers(array: np.ndarray, what: str) -> np.ndarray:
    """Python's own numbers in an object array; nothing else has a meaning here."""
    if array.dtype.kind == "O" and all(isinstance(each, numbers.Real) for each in array.flat):
        return array.astype(np.float64)
    raise TypeError(f"{what}: expected real numbers, found an array of {array.dtype}")


def pointer(array: np.ndarray, kind: str = "float *") -> Any:
    """To an array's own memory, also where it may only be read; the caller keeps the array alive."""
    return ffi.cast(kind, array.ctypes.data)


def view(address: Any, shape: Sequence[int], owner: Any) -> np.ndarray:
    """float32 memory of the library's as an array, which keeps its owner alive."""
    memory = types.SimpleNamespace(owner=owner, __array_interface__=dict(
        version=3, typestr="<f4", shape=tuple(shape), data=(int(ffi.cast("uintptr_t", address)), False)))
    return np.asarray(memory)


_kept: Any = weakref.WeakKeyDictionary()  # what a data set points to lives as long as the data set


def dataset(x: np.ndarray, y: np.ndarray | None = None, class_names: Sequence[str] = (), name: str = "array") -> Any:
    """An rl_dataset over the arrays' own memory. x: float32 [rows, features]; y: float32 [rows], class numbers or real
    targets; None: 0."""
    y = np.zeros(len(x), np.float32) if y is None else y
    words = ffi.new("char[]", bytes_of(name))
    each = [ffi.new("char[]", bytes_of(label)) for label in class_names]
    labels = ffi.new("char *[]", each) if each else NULL
    data = ffi.new("rl_dataset *", dict(name=words, rows=x.shape[0], features=x.shape[1], classes=len(each), targets=1,
                                        x=pointer(x), y=pointer(y), class_names=labels))
    _kept[data] = (x, y, words, each, labels)
    return data
