"""What are mostly silent units worth? Takes a model that `relive train` saved, switches off one hidden unit after the
other (its outgoing weights become 0), and asks `relive predict` how many digits are still recognised.

    python3 specialists.py build/relive MODEL.safetensors"""
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np

PROGRAM, MODEL = sys.argv[1:]
DIGITS = pathlib.Path(__file__).resolve().parents[2] / "data/digits.csv"


def ask(*words):
    return json.loads(subprocess.run([PROGRAM, *words, "--json"], check=True, capture_output=True, text=True).stdout)


def tensors(path):
    """A safetensors file: its header and its bytes."""
    raw = open(path, "rb").read()
    length = struct.unpack("<Q", raw[:8])[0]
    return json.loads(raw[8:8 + length]), raw[:8 + length], bytearray(raw[8 + length:])


def without(units):
    """How many rows each class gets right once these units are switched off."""
    header, front, data = tensors(MODEL)
    begin, end = header["2.weight"]["data_offsets"]
    weights = np.frombuffer(bytes(data[begin:end]), dtype="<f4").reshape(header["2.weight"]["shape"]).copy()
    weights[:, units] = 0
    data[begin:end] = weights.tobytes()
    with tempfile.NamedTemporaryFile(suffix=".safetensors") as file:
        file.write(front + bytes(data))
        file.flush()
        confusion = np.array(ask("predict", file.name, "--data", "digits")["confusion"])
    return confusion.diagonal(), confusion.sum()


def awake():
    """The share of rows on which each hidden unit fires, by NumPy on the model's own numbers."""
    header, _, data = tensors(MODEL)
    dense = [np.frombuffer(bytes(data[slice(*header[name]["data_offsets"])]), dtype="<f4").reshape(header[name]["shape"])
             for name in ("0.weight", "0.bias")]
    scaling = json.loads(header["__metadata__"]["relive.standardize"])
    pixels = np.loadtxt(DIGITS, delimiter=",", skiprows=1)[:, :-1]
    z = (pixels - scaling["mean"]) / scaling["deviation"] @ dense[0].T + dense[1]
    return (z > 0).mean(0)


share = awake()
whole, rows = without([])
print(f"{len(share)} hidden units, {rows} digits, {100 * whole.sum() / rows:.1f} % right with all units on\n")
print("units that are awake on   how many   right without all of them   the one that is missed most")
for words, low, high in (("no row (dead)", -1, 0), ("up to 1 % of the rows", 0, 0.01), ("1 to 10 %", 0.01, 0.1),
                         ("10 to 30 %", 0.1, 0.3), ("more than 30 %", 0.3, 1)):
    units = [int(u) for u in np.flatnonzero((share > low) & (share <= high))]
    if not units:
        continue
    lost, worst, digit, of_that = max((int(whole.sum() - left.sum()), unit, int((whole - left).argmax()), int((whole - left).max()))
                                      for unit in units for left in [without([unit])[0]])
    missed = f"awake on {100 * share[worst]:.0f} %; {lost} digits lost, {of_that} of them a {digit}" if lost > 0 else "none"
    print(f"{words:23}{len(units):11}{100 * without(units)[0].sum() / rows:20.1f} %            {missed}")
