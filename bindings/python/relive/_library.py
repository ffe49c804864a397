"""The door to C: librelive and the two public headers, which lie beside this file.

cffi in ABI mode reads the headers as they are, so no declaration is written twice and no Python headers or compiler
are needed; the build only puts library and headers here. cffi lets go of the interpreter's lock during every call.
"""
from __future__ import annotations

import json
import pathlib
import re
import threading
import weakref
from typing import Any, Callable

import cffi
import numpy as np

from .errors import raise_for

HERE = pathlib.Path(__file__).parent


def _declarations(name: str) -> str:
    """A header as cffi reads it: without the preprocessor's lines, extern "C" and compiler attributes."""
    text = (HERE / "include" / name).read_text(encoding="utf-8")
    text = re.sub(r"#ifdef __cplusplus\n.*?#endif\n", "", text, flags=re.S)
    text = re.sub(r"__attribute__\(\(.*?\)\)\)", "", text)
    return re.sub(r"^#.*$", "", text, flags=re.M)


ffi = cffi.FFI()
for header in ("relive.h", "relive_study.h"):
    ffi.cdef(_declarations(header))
ffi.cdef("void free(void *block);")
lib = ffi.dlopen(str(HERE / "librelive.so"))
NULL = ffi.NULL
_kept: Any = weakref.WeakKeyDictionary()  # what a data set points to lives as long as the data set


def text_of(words: Any) -> str | None:
    """A C string, or None for NULL."""
    return None if words == NULL else ffi.string(words).decode()


class Errors:
    """One rl_error for a run of calls; leaving the block raises what it holds.

        with Errors() as err:
            net = lib.rl_net_new(config, err)
    """

    def __enter__(self):
        self.value = ffi.new("rl_error *")
        return self.value

    def __exit__(self, kind, value, trace):
        if kind is None and self.value.code:
            raise_for(lib, self.value.code, text_of(self.value.text))


def document(write: Callable, *arguments: Any) -> dict:
    """What one of the library's JSON writers says, as a dict without the schema's number."""
    with Errors() as err:
        words = write(*arguments, err)
    try:
        found = json.loads(ffi.string(words))
    finally:
        lib.free(words)
    del found["schema"]
    return found


def interruptible(call: Callable[[Any], Any]) -> Any:
    """call(keep_going) on a thread of its own, so that Ctrl-C reaches Python meanwhile; keep_going is a C callback that
    says no from then on. The call always ends before this returns or raises."""
    stop = threading.Event()
    keep_going = ffi.callback("bool(void *)", lambda _: not stop.is_set())
    outcome: dict[str, Any] = {}

    def work():
        try:
            outcome["value"] = call(keep_going)
        except BaseException as error:  # handed to the caller below
            outcome["error"] = error

    worker = threading.Thread(target=work, name="relive")
    worker.start()
    interrupted = None
    while worker.is_alive():
        try:
            worker.join(0.1)
        except KeyboardInterrupt as error:
            stop.set()
            interrupted = error
    if interrupted:
        raise interrupted
    if "error" in outcome:
        raise outcome["error"]
    return outcome["value"]


def floats(x: Any, dimensions: int | None = None, what: str = "x") -> np.ndarray:
    """x as float32 in C order: x itself where it is that already."""
    array = np.ascontiguousarray(x, dtype=np.float32) if np.ndim(x) else np.asarray(x, dtype=np.float32)
    if dimensions is not None and array.ndim != dimensions:
        raise ValueError(f"{what}: expected {dimensions} dimensions, found {array.ndim}")
    return array


def pointer(array: np.ndarray, kind: str = "float *") -> Any:
    """To an array's own memory, also where it may only be read; the caller keeps the array alive."""
    return ffi.cast(kind, array.ctypes.data)


def dataset(x: np.ndarray, y: np.ndarray | None = None, classes: int = 0, name: str = "array") -> Any:
    """An rl_dataset over the arrays' own memory. x: float32 [rows, features], y: float32 [rows] or [rows, targets]."""
    targets = 1 if y is None or y.ndim == 1 else y.shape[1]
    y = np.zeros((len(x), 1), np.float32) if y is None else y
    words = ffi.new("char[]", name.encode())
    names = [ffi.new("char[]", str(i).encode()) for i in range(classes)]
    each = ffi.new("char *[]", names or [NULL])
    data = ffi.new("rl_dataset *", dict(name=words, rows=x.shape[0], features=x.shape[1], classes=classes,
                                        targets=targets, x=pointer(x), y=pointer(y),
                                        class_names=each if classes else NULL))
    _kept[data] = (x, y, words, names, each)
    return data
