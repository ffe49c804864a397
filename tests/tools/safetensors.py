"""safetensors in Python, written apart from the C: an oracle for it, and a door to PyTorch's state_dict.

    python3 safetensors.py show FILE     header and values, one tensor a line
    python3 safetensors.py agree FOLDER  for the C tests: see agree() below
"""

import json
import struct
import sys

import numpy

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
         "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?"}
NAMES = {numpy.dtype(code): name for name, code in TYPES.items()}


def save(path, tensors, metadata=None):
    """tensors: arrays by name (a state_dict's values too, which numpy takes from the CPU)."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, tensor in tensors.items():
        array = numpy.ascontiguousarray(numpy.asarray(tensor))
        raw = array.tobytes()
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(numpy.shape(tensor)),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def load(path):
    """The arrays by name, and the metadata."""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    assert length % 8 == 0, "the data does not start aligned"
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    data, covered, tensors = content[8 + length:], 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert begin == covered, f"{name} begins at {begin}, expected {covered}"
        covered = end
        tensors[name] = numpy.frombuffer(data[begin:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
    assert covered == len(data)
    return tensors, metadata


def modules(layers):
    """The torch.nn.Sequential that a line of layers without skips describes."""
    import torch
    from torch import nn
    cells = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}

    def steps_of(cell, units, words):
        """A recurrent module that gives its steps alone, for a Sequential."""
        how = {"nonlinearity": words[0]} if cell is nn.RNN else {}
        named = type(cell.__name__, (cell,), {"forward": lambda self, x: cell.forward(self, x)[0]})
        return named(width, units, bias="no_bias" not in words, batch_first=True, **how)

    class Last(nn.Module):
        def forward(self, x):
            return x[:, -1]

    curves = {"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU, "sigmoid": nn.Sigmoid, "silu": nn.SiLU}
    first, *rest = layers.split("; ")
    now, found = torch.zeros(1, *map(int, first.split(" ")[1].split("x"))), []
    for layer in rest:
        kind, *words = layer.split(" ")
        curve, _, alpha = kind.partition(":")
        width = now.shape[-1]
        if kind in cells:
            found.append(steps_of(cells[kind], int(words[0]), words[1:]))
        elif kind == "last":
            found.append(Last())
        elif kind == "flatten":
            found.append(nn.Flatten())
        elif kind == "dense":
            found.append(nn.Linear(width, int(words[0]), bias="no_bias" not in words))
        elif kind == "conv_transposed":
            found.append(nn.ConvTranspose2d(now.shape[1], int(words[0]), int(words[1])))
        elif kind == "batch_norm":
            found.append((nn.BatchNorm1d if now.dim() == 2 else nn.BatchNorm2d)(now.shape[1]))
        elif kind == "layer_norm":
            found.append(nn.LayerNorm(now.shape[1:] if now.dim() == 4 else width))
        elif kind == "dropout":
            found.append(nn.Dropout(float(words[0])))
        elif curve == "leaky_relu":
            found.append(nn.LeakyReLU(float(alpha)))
        elif curve == "prelu":
            found.append(nn.PReLU(1 if "shared" in words else width))
        else:
            found.append(curves[curve]())
        now = found[-1].eval()(now)
    return nn.Sequential(*found).eval()


def agree(folder):
    """Loads FOLDER/ours.safetensors into the equal torch.nn.Sequential (strictly: names and shapes are the same) and
    checks that on FOLDER/inputs.safetensors ("x") it gives what C found ("y"). Then draws new parameters and writes them
    to theirs.safetensors, as float32, float64 and float16, each with what PyTorch makes of x."""
    import torch
    ours, metadata = load(f"{folder}/ours.safetensors")
    data, _ = load(f"{folder}/inputs.safetensors")
    torch.manual_seed(7)
    net = modules(metadata["relive.net"])
    shape = [int(n) for n in metadata["relive.net"].split("; ")[0].split(" ")[1].split("x")]
    x = torch.from_numpy(data["x"].copy()).reshape(-1, *shape)
    net.load_state_dict({name: torch.from_numpy(array.copy()) for name, array in ours.items()}, strict=True)
    away = numpy.abs(net(x).detach().numpy() - data["y"]).max()
    assert away <= 1e-6, f"PyTorch differs from C by {away}"
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    for name, buffer in net.named_buffers():
        if not name.endswith("num_batches_tracked"):
            torch.nn.init.uniform_(buffer, 0.5, 2)
        else:
            buffer.fill_(123)
    for name, kind in (("f32", torch.float32), ("f64", torch.float64), ("f16", torch.float16)):
        state = {key: value.to(kind) if value.is_floating_point() else value for key, value in net.state_dict().items()}
        net.load_state_dict({key: value.float() for key, value in state.items()})
        save(f"{folder}/theirs_{name}.safetensors", state)
        save(f"{folder}/outputs_{name}.safetensors", {"y": net(x).detach().numpy()})


def show(path):
    tensors, metadata = load(path)
    for key, value in metadata.items():
        print(f"{key}: {value}")
    for name, array in tensors.items():
        print(name, array.dtype, array.shape, array.ravel()[:6])


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("show", "agree"):
        sys.exit(__doc__)
    {"show": show, "agree": agree}[sys.argv[1]](sys.argv[2])
