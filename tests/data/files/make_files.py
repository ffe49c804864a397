#!/usr/bin/python3
"""Writes the binary files that the tests of src/data read, and the seeds of the fuzzers, with NumPy (Debian's
python3-numpy). Run it in this folder; what it writes is committed, so the tests need no Python.

The features of every x_*.npy are the same 4 rows of 3 numbers: row*3 + column - 4 for signed types, row*3 + column for
unsigned ones, halves of the former for floating point; x_b1 says whether row*3 + column is odd."""
import gzip
import io
import os
import struct

import numpy as np

COUNT = np.arange(12).reshape(4, 3)
CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../fuzz/corpus")


def npy(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


def idx(code, dims, data):
    return bytes([0, 0, code, len(dims)]) + b"".join(struct.pack(">I", d) for d in dims) + data


def gz(data):
    return gzip.compress(data, mtime=0)


def write(path, data):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def pair(first, second):
    """The fuzzers' form of two files: the first one's length in two bytes, then both."""
    return struct.pack("<H", len(first)) + first + second


files = {}
for kind in "iu":
    for size in (1, 2, 4, 8):
        files[f"x_{kind}{size}.npy"] = npy((COUNT - 4 * (kind == "i")).astype(f"<{kind}{size}"))
for size in (4, 8):
    files[f"x_f{size}.npy"] = npy(((COUNT - 4) / 2).astype(f"<f{size}"))
files["x_b1.npy"] = npy(COUNT % 2 == 1)
files["x_f4_big.npy"] = npy(((COUNT - 4) / 2).astype(">f4"))
files["x_i2_big.npy"] = npy((COUNT - 4).astype(">i2"))
files["x_f8_fortran.npy"] = npy(np.asfortranarray((COUNT - 4) / 2))
files["x_f4_v2.npy"] = npy(((COUNT - 4) / 2).astype("<f4"), (2, 0))
files["x_f4_v3.npy"] = npy(((COUNT - 4) / 2).astype("<f4"), (3, 0))
files["y_classes.npy"] = npy(np.array([7, 2, 7, 5]))
files["y_whole_floats.npy"] = npy(np.array([1.0, 0.0, 0.0, 1.0]))
files["y_real.npy"] = npy(np.array([0.5, -1.25, 3.0, 1e-3]))

images = idx(0x08, [4, 2, 2], bytes(range(0, 240, 15)))
labels = idx(0x08, [4], bytes([3, 0, 3, 9]))
files["images.idx"] = images
files["labels.idx"] = labels
files["images.idx.gz"] = gz(images)
files["labels.idx.gz"] = gz(labels)
files["bomb.idx.gz"] = gz(idx(0x08, [60000, 28, 28], bytes(1000)))  # 47 MB promised, 1 kB there
files["short.idx.gz"] = gz(images[:-1])
files["too_long.idx.gz"] = gz(images + b"x")
files["two_members.idx.gz"] = gz(images[:9]) + gz(images[9:])
for name, data in files.items():
    write(name, data)

x, y = files["x_f4.npy"], files["y_classes.npy"]
seeds = {
    "npy/classes": pair(x, y),
    "npy/real": pair(files["x_i2_big.npy"], files["y_real.npy"]),
    "npy/fortran": pair(files["x_f8_fortran.npy"], files["y_whole_floats.npy"]),
    "npy/version_3": pair(files["x_f4_v3.npy"], y),
    "idx/plain": pair(images, labels),
    "idx/packed": pair(gz(images), gz(labels)),
    "idx/floats": pair(idx(0x0D, [2, 3], struct.pack(">6f", *range(6))), idx(0x0C, [2], struct.pack(">2i", 4, 8))),
    "idx/two_members": pair(gz(images[:9]) + gz(images[9:]), labels),
    "csv/names": b"a,b,species\n1,2.5,x\r\n-3e2,.5,\"y \"\"z\"\"\"\n4,5,x",
    "csv/numbers": b"\xef\xbb\xbf1,2,0\n3,4,1\n\n5 , 6,\t0\n",
    "csv/real": b"0.5,1.25\r1.5,-7\r",
    "csv/quoted": b"\"a,\nb\",c\n\"1\",\"x\"\n2,y\n",
    "csv/bad": b"1,nan,0\n1,2\n",
}
for name, data in seeds.items():
    write(os.path.join(CORPUS, name), data)
