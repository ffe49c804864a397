#!/usr/bin/python3 -B
"""Bad input: exit code 2 and one clear line; what the machine lacks: exit code 3. Nothing is written, nothing leaks
(the sanitizers' builds run this too)."""
import gzip
import json
import os
import resource
import struct
import subprocess
import unittest

from program import ENVIRONMENT, FAST, RELIVE, ProgramTest, main, relive, sanitized

GOOD_CSV = "a,b,kind\n" + "".join(f"{i % 7},{i % 5},{'xy'[i % 2]}\n" for i in range(60))


def npy(dtype, shape, data, version=b"\x01\x00"):
    header = repr({"descr": dtype, "fortran_order": False, "shape": shape}).encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + version + struct.pack("<H", len(header)) + header + data


def idx(sizes, data, kind=8):
    return bytes([0, 0, kind, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes) + data


class BadData(ProgramTest):
    def train(self, spec, says=(), code=2):
        return self.refused("train", "--data", spec, *FAST, "--save", "m.safetensors", "--log", "l.csv", says=says, code=code)

    def test_files_that_are_not_there(self):
        self.train("missing.csv", says="missing.csv")
        self.train("x.npy,y.npy", says="x.npy")
        (self.folder / "folder.csv").mkdir()
        self.train("folder.csv", says="folder.csv")
        self.train("nothing.txt", says="nothing.txt")

    def test_csv(self):
        cases = {
            "empty.csv": ("", []),
            "header_only.csv": ("a,b,c\n", []),
            "one_row.csv": ("1,2,x\n", []),
            "ragged.csv": ("1,2,x\n3,4,y\n5,y\n", ["line 3"]),
            "words.csv": ("a,b,c\n1,2,x\n3,oops,y\n", ["line 3", "oops"]),
            "nan.csv": ("1,2,x\nnan,4,y\n5,6,x\n", ["line 2", "nan"]),
            "inf.csv": ("1,2,x\n3,inf,y\n5,6,x\n", ["line 2", "inf"]),
            "overflow.csv": ("1,2,x\n3,1e999,y\n5,6,x\n", ["line 2"]),
            "one_class.csv": ("1,2,x\n3,4,x\n5,6,x\n", ['"x"']),
            "labels_alone.csv": ("x\ny\nx\n", []),
            "binary.csv": (bytes(range(256)) * 20, []),
            "quote.csv": ('1,"2,x\n3,4,y\n', []),
        }
        for name, (content, words) in cases.items():
            with self.subTest(name):
                self.write(name, content)
                self.train(name, says=[name, *words])
        self.write("text.csv", "1,2,x\n3,4,y\n5,6,x\n")
        self.train("text.csv:regression", says=["text.csv", "line 1"])
        self.train("text.csv:nonsense")

    def test_a_huge_file_is_no_surprise(self):
        with open(self.folder / "huge.csv", "wb") as file:
            file.truncate(1 << 43)
        ran = relive("train", "--data", "huge.csv", cwd=self.folder)
        self.assertIn(ran.returncode, (2, 3), ran.stderr)
        self.assertRegex(ran.stderr, r"\A(==\d+==WARNING: [^\n]*\n)?relive: [^\n]*huge\.csv[^\n]*\n\Z")  # a sanitizer warns too

    def test_npy(self):
        x = npy("<f4", (4, 2), struct.pack("<8f", *range(8)))
        y = npy("<i8", (4,), struct.pack("<4q", 0, 1, 0, 1))
        cases = {
            "truncated x": (x[:-4], y), "too long x": (x + b"1234", y), "not npy": (b"hello", y), "empty": (b"", y),
            "rows differ": (x, npy("<i8", (3,), struct.pack("<3q", 0, 1, 0))),
            "overflowing shape": (npy("<f4", (2**62, 2**62), b""), y), "huge shape": (npy("<f4", (2**40, 2), b""), y),
            "nan": (npy("<f4", (4, 2), struct.pack("<8f", *[float("nan")] * 8)), y),
            "objects": (npy("|O", (4, 2), b"\0" * 64), y), "one class": (x, npy("<i8", (4,), struct.pack("<4q", 1, 1, 1, 1))),
            "label out of range": (x, npy("<i8", (4,), struct.pack("<4q", 0, -1, 0, 1))),
            "label beyond all": (x, npy("<i8", (4,), struct.pack("<4q", 0, 2**40, 0, 1))),
        }
        for name, (first, second) in cases.items():
            with self.subTest(name):
                self.write("x.npy", first), self.write("y.npy", second)
                self.assertRegex(self.train("x.npy,y.npy"), r"[xy]\.npy")
        self.write("x.npy", x)
        self.train("x.npy", says="x.npy")

    def test_idx(self):
        images, labels = idx([4, 2, 2], bytes(range(16))), idx([4], bytes([0, 1, 0, 1]))
        cases = {
            "truncated": (images[:-1], labels), "too long": (images + b"1", labels), "no magic": (b"\1" + images[1:], labels),
            "counts differ": (images, idx([3], bytes([0, 1, 0]))), "empty": (b"", labels),
            "overflowing": (idx([2**32 - 1] * 3, b""), labels), "one class": (images, idx([4], bytes(4))),
        }
        for name, (first, second) in cases.items():
            with self.subTest(name):
                self.write("i.idx", first), self.write("l.idx", second)
                self.train("i.idx,l.idx", says=".idx")
        self.write("i.idx.gz", gzip.compress(images)[:-6]), self.write("l.idx.gz", gzip.compress(labels))
        self.train("i.idx.gz,l.idx.gz", says="i.idx.gz")
        self.write("i.idx.gz", b"not gzip at all")
        self.train("i.idx.gz,l.idx.gz", says="i.idx.gz")

    def test_specs(self):
        for spec in ["moons:0", "moons:x", "moons:-5", "moons:100:nan", "moons:100:-1", "moons:99999999999", "digits:5", "adding:10:0", "moons:100:0.1:2", ":"]:
            with self.subTest(spec):
                self.train(spec)

    def test_compare_and_predict_read_the_same_way(self):
        self.write("bad.csv", "1,2,x\n3,4,y\n5,y\n")
        self.refused("compare", "--data", "bad.csv", "--seeds", "1", "--out", "o", says=["bad.csv", "line 3"])
        self.done("train", "--data", "xor:80", *FAST, "--save", "m.safetensors")
        self.refused("predict", "m.safetensors", "--data", "bad.csv", says="bad.csv")

    def test_too_little_is_left(self):
        self.write("tiny.csv", "1,2,x\n3,4,y\n")
        self.done("train", "--data", "tiny.csv", "--test-share", "0", *FAST)
        self.write("good.csv", GOOD_CSV)
        self.done("train", "--data", "good.csv", *FAST)


class BadModels(ProgramTest):
    def setUp(self):
        super().setUp()
        self.done("train", "--data", "xor:80", *FAST, "--save", "good.safetensors")
        self.good = (self.folder / "good.safetensors").read_bytes()

    def tensors(self, header, data=b"", length=None):
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        return struct.pack("<Q", len(text) if length is None else length) + text + data

    def test_hostile_files_are_refused_by_every_reader(self):
        size = struct.unpack("<Q", self.good[:8])[0]
        header = json.loads(self.good[8:8 + size])
        data = self.good[8 + size:]

        def changed(**tensor):
            copy = json.loads(json.dumps(header))
            copy["0.weight"].update(tensor)
            return self.tensors(copy, data)

        cases = {
            "empty": b"", "short": b"\1\2\3", "cut": self.good[:-1], "longer": self.good + b"\0\0\0\0",
            "header cut": self.good[:8 + size // 2], "header beyond the file": self.tensors(header, data, 10**6),
            "header beyond everything": self.tensors(b"{}", b"", 2**64 - 1), "not JSON": self.tensors(b"{nope}", data),
            "an array": self.tensors(b"[]", data), "nothing in it": self.tensors({}),
            "key twice": self.tensors(b'{"0.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
                                      b'"0.weight":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', b"\0" * 8),
            "overlap": changed(data_offsets=header["0.bias"]["data_offsets"], shape=header["0.bias"]["shape"]),
            "offsets backwards": changed(data_offsets=[32, 0]), "offsets beyond": changed(data_offsets=[0, 10**9]),
            "shape overflows": changed(shape=[2**62, 2**62]), "shape negative": changed(shape=[-4, -2]),
            "shape and size differ": changed(shape=[4, 3]), "unknown type": changed(dtype="F99"),
            "no type": self.tensors({**header, "0.weight": {"shape": [4, 2], "data_offsets": [0, 32]}}, data),
            "numbers as metadata": self.tensors({**header, "__metadata__": {"relive.seed": 3}}, data),
            "another net's words": self.tensors({**header, "__metadata__": {**header["__metadata__"], "relive.net": "input 2; dense 10000000; relu; dense 2"}}, data),
            "words that are no net": self.tensors({**header, "__metadata__": {**header["__metadata__"], "relive.net": "input 2; wave 3"}}, data),
            "bad standardisation": self.tensors({**header, "__metadata__": {**header["__metadata__"], "relive.standardize": "{\"mean\": [1]}"}}, data),
            "deep JSON": self.tensors(b"[" * 100000, b""),
        }
        readers = [("predict", "bad.safetensors", "--data", "xor:80"), ("train", "--data", "xor:80", *FAST, "--init-from", "bad.safetensors"),
                   ("train", "--data", "xor:80", *FAST, "--resume", "bad.safetensors")]
        about_words = ("numbers as metadata", "another net's words", "words that are no net", "bad standardisation")
        for name, content in cases.items():
            self.write("bad.safetensors", content)
            for reader in readers[:1] if name in about_words else readers:
                with self.subTest(name, reader=reader[0]):
                    self.refused(*reader, says="bad.safetensors")

    def test_models_that_do_not_fit(self):
        self.refused("predict", "missing.safetensors", "--data", "xor:80", says="missing.safetensors")
        self.refused("predict", "good.safetensors", "--data", "iris", says="iris")
        self.refused("predict", "good.safetensors", "--data", "nowhere.csv", says="nowhere.csv")
        self.refused("train", "--data", "xor:80", "--hidden", "5", "--epochs", "1", "--init-from", "good.safetensors", says="0.weight")
        self.refused("train", "--data", "xor:80", "--hidden", "4,4", "--epochs", "1", "--init-from", "good.safetensors", says="good.safetensors")
        self.refused("train", "--data", "iris", *FAST, "--init-from", "good.safetensors", says="0.weight")
        self.refused("train", "--data", "xor:80", "--hidden", "5", "--epochs", "3", "--resume", "good.safetensors", says="good.safetensors")
        self.refused("train", "--data", "xor:80", *FAST, "--seed", "9", "--resume", "good.safetensors", says="good.safetensors")

    def test_more_classes_than_outputs(self):
        self.write("three.csv", "1,2,0\n3,4,1\n5,6,2\n")
        self.refused("predict", "good.safetensors", "--data", "three.csv", says="three.csv")
        self.write("names.csv", "1,2,yes\n3,4,no\n5,6,maybe\n")
        self.refused("predict", "good.safetensors", "--data", "names.csv", says="names.csv")
        self.refused("train", "--data", "iris", "--loss", "binary", *FAST)


class Places(ProgramTest):
    def test_output_that_cannot_be_written(self):
        self.write("file", "")
        study = ["compare", "--data", "xor:80", "--seeds", "1", *FAST]
        self.refused(*study, "--out", "file", says="file")
        self.refused(*study, "--out", "file/below", says="file")
        self.refused(*study, "--out", "/proc/relive", says="/proc/relive")
        self.refused("explain", "relu", "--out", "file", says="file")
        training = ["train", "--data", "xor:80", *FAST]
        for option in ("--save", "--log"):
            self.refused(*training, option, "file/x", says=option)
            self.refused(*training, option, "missing/x", says=option)
            self.refused(*training, option, ".", says=option)

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_a_folder_that_may_not_be_written(self):
        (self.folder / "closed").mkdir(mode=0o555)
        self.refused("compare", "--data", "xor:80", "--seeds", "1", "--out", "closed", says="closed")
        self.refused("train", "--data", "xor:80", *FAST, "--save", "closed/m", says="closed")

    def test_a_training_that_diverges_saves_nothing(self):
        self.write("m.safetensors", "what was there")
        line = self.refused("train", "--data", "xor:80", *FAST, "--lr", "1e30", "--save", "m.safetensors", "--log", "l.csv")
        self.assertIn("diverged", line)


class MachineLacks(ProgramTest):
    def test_full_disk(self):
        for arguments in (["explain", "relu"], ["explain", "relu", "--json"], ["--help"], ["train", "--help"], ["--version"],
                          ["train", "--data", "xor:80", *FAST, "--json"]):
            with open("/dev/full", "w") as full:
                ran = relive(*arguments, stdout=full, cwd=self.folder)
            self.assertEqual(ran.returncode, 3, arguments)
            self.assertRegex(ran.stderr, r"\Arelive: [^\n]*(No space|standard output)[^\n]*\n\Z")

    def test_closed_pipe(self):
        read, write = os.pipe()
        os.close(read)
        ran = subprocess.run([RELIVE, "explain", "gelu"], stdout=write, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
        os.close(write)
        self.assertEqual(ran.returncode, 3)
        self.assertRegex(ran.stderr, r"\Arelive: [^\n]+\n\Z")

    def test_no_gnuplot(self):
        ran = relive("compare", "--data", "xor:80", "--seeds", "1", *FAST, "--regime", "healthy", "--out", "o", cwd=self.folder, env={"PATH": "/nowhere"})
        self.assertEqual(ran.returncode, 3, ran.stderr)
        self.assertRegex(ran.stderr, r"\Arelive: [^\n]*gnuplot[^\n]*\n\Z")
        self.assertFalse((self.folder / "o" / "report.html").exists())

    @unittest.skipIf(sanitized(), "sanitizers need all the address space")
    def test_too_little_memory(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        for arguments in (["train", "--data", "xor:80", "--hidden", "65536,65536", "--epochs", "1"],
                          ["compare", "--data", "xor:80", "--hidden", "65536,65536", "--seeds", "1", "--out", "o"]):
            ran = relive(*arguments, cwd=self.folder, preexec_fn=limit)
            self.assertEqual(ran.returncode, 3, ran.stderr)
            self.assertRegex(ran.stderr, r"\Arelive: [^\n]*memory[^\n]*\n\Z")
            self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    main()
