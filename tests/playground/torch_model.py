"""For engine_model.mjs: opens FOLDER/page.safetensors as a torch.nn.Sequential, says what it gives for the rows in x.bin, and
writes other parameters of the same net without metadata. safetensors is read here by hand: a header in JSON, then bytes."""
import json
import pathlib
import struct
import sys

import torch

folder = pathlib.Path(sys.argv[1])
data = (folder / "page.safetensors").read_bytes()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8:8 + length])
header.pop("__metadata__")
tensors = {name: torch.frombuffer(bytearray(data[8 + length + entry["data_offsets"][0]:8 + length + entry["data_offsets"][1]]),
                                  dtype=torch.float32).reshape(entry["shape"]) for name, entry in header.items()}
net = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3))
net.load_state_dict(tensors)
x = torch.frombuffer(bytearray((folder / "x.bin").read_bytes()), dtype=torch.float32).reshape(-1, 4)
probabilities = torch.softmax(net(x), dim=1).tolist()

torch.manual_seed(1)
other = torch.nn.Sequential(torch.nn.Linear(4, 6), torch.nn.ReLU(), torch.nn.Linear(6, 5), torch.nn.ReLU(), torch.nn.Linear(5, 3))
entries, body = {}, b""
for name, tensor in other.state_dict().items():
    bytes_ = tensor.numpy().tobytes()
    entries[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(bytes_)]}
    body += bytes_
text = json.dumps(entries).encode()
(folder / "torch.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
parameters = [value for tensor in other.state_dict().values() for value in tensor.flatten().tolist()]
print(json.dumps({"probabilities": probabilities, "parameters": parameters}))
