#!/usr/bin/python3 -B
"""relive scan: a model and the dumps of its layers agree with each other and with NumPy; what a dump cannot tell is null;
files larger than memory are streamed; what a box proves holds all over it; bad input is one line and exit code 2."""
import json
import struct
import subprocess
import unittest

import numpy as np

from program import RELIVE, ProgramTest, document, main, relive, sanitized

WORDS = ["dead", "nearly_dead", "silent", "dormant", "always_on", "constant", "saturated", "starved", "severed", "broken",
         "proved_dead"]


def safetensors(tensors, metadata=None):
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, array in tensors.items():
        header[name] = {"dtype": {"float32": "F32", "float64": "F64", "float16": "F16", "int32": "I32"}[str(array.dtype)],
                        "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def words_of(z):
    """A ReLU layer's words from its pre-activations, by the glossary."""
    with np.errstate(invalid="ignore"):
        a, rows = np.where(z > 0, z, 0 * z), len(z)
        broken = ~np.isfinite(z).all(0)
        on = (z > 0).sum(0)
        size = np.abs(a).mean(0)
        spread = a.max(0) - a.min(0) <= 4 * np.finfo(np.float32).eps * np.abs(a).max(0)
    whole = size[~broken].mean()
    ids = lambda which: [int(i) for i in np.flatnonzero(which & ~broken)]
    return {"dead": ids(on == 0), "nearly_dead": ids((on > 0) & (on / rows < 0.01)), "silent": ids(on == 0),
            "dormant": ids(size <= 0.025 * whole), "always_on": ids(on == rows), "constant": ids(spread),
            "broken": [int(i) for i in np.flatnonzero(broken)]}


class Models(ProgramTest):
    """A net of 3 inputs and 6 ReLU units, made here, with unit 1 dead, unit 2 severed, unit 3 always on."""

    def setUp(self):
        super().setUp()
        random = np.random.default_rng(1)
        self.x = random.normal(size=(700, 3)).astype(np.float32)
        self.w = random.normal(size=(6, 3)).astype(np.float32)
        self.b = np.array([0, -100, 0, 100, 0, 0], np.float32)
        self.v = random.normal(size=(2, 6)).astype(np.float32)
        self.v[:, 2] = 0
        self.model = self.write("m.safetensors", safetensors(
            {"0.weight": self.w, "0.bias": self.b, "2.weight": self.v, "2.bias": np.zeros(2, np.float32)},
            {"relive.version": "0.1.0", "relive.net": "input 3; dense 6; relu; dense 2", "relive.seed": "0"}))
        self.z = self.x @ self.w.T + self.b
        np.save(self.folder / "x.npy", self.x)

    def test_words_are_numpys(self):
        found = self.document("scan", "m.safetensors", "--data", "x.npy")
        layer, = found["layers"]
        self.assertEqual((layer["name"], layer["activation"], layer["units"]), ("hidden 1", "relu", 6))
        self.assertEqual(found["reference"], {"data": "x.npy", "rows": 700})
        self.assertIsNone(found["box"])
        expected = words_of(self.z)
        self.assertEqual({word: layer[word] for word in expected}, expected)
        self.assertEqual((layer["dead"], layer["always_on"]), ([1], [3]))
        self.assertEqual((layer["starved"], layer["severed"], layer["saturated"], layer["proved_dead"]), ([2], [2], [], []))
        self.assertAlmostEqual(layer["sparsity"], (self.z <= 0).mean(), 6)
        self.assertAlmostEqual(layer["dispersion"], (self.z > 0).mean(0).std(), 6)
        np.testing.assert_allclose(layer["apoz"], (self.z <= 0).mean(0), atol=1e-6)
        self.assertEqual(found["totals"]["dead"], 1)
        self.assertAlmostEqual(found["totals"]["dead_share"], 1 / 6)

    def test_every_form_of_the_same_rows_gives_the_same(self):
        reference = self.document("scan", "m.safetensors", "--data", "x.npy")["layers"]
        np.save(self.folder / "fortran.npy", np.asfortranarray(self.x.astype(np.float64)))
        np.save(self.folder / "y.npy", np.arange(700) % 2)
        lines = [",".join(repr(float(v)) for v in row) for row in self.x]
        self.write("bare.csv", "\n".join(lines))
        self.write("head.csv", "\ufeffp,q,r\r\n" + "\r\n".join(lines) + "\r\n\r\n")
        self.write("named.csv", "p,q,r,kind\n" + "".join(f'{line},"a ""b"",\nc"\n' for line in lines))
        self.write("real.csv", "".join(f"{line},0.5\n" for line in lines))
        self.write("x.idx", bytes([0, 0, 0x0D, 2]) + struct.pack(">II", 700, 3) + self.x.astype(">f4").tobytes())
        for spec in ["fortran.npy", "x.npy,y.npy", "bare.csv", "head.csv", "named.csv", "real.csv:regression", "x.idx"]:
            with self.subTest(spec=spec):
                self.assertEqual(self.document("scan", "m.safetensors", "--data", spec)["layers"], reference)

    def test_dumps_agree_with_the_model(self):
        layer, = self.document("scan", "m.safetensors", "--data", "x.npy")["layers"]
        a = np.maximum(self.z, 0)
        np.save(self.folder / "z.npy", self.z)
        np.savez_compressed(self.folder / "z.npz", first=self.z, second=self.z.astype(np.float64))
        np.save(self.folder / "a.npy", np.asfortranarray(a))
        self.write("z.safetensors", safetensors({"one": self.z}))
        for name, layers in [("z.npy", 1), ("z.npz", 2), ("z.safetensors", 1)]:
            found = self.document("scan", "--dump", name, "--pre", "--activation", "relu")
            self.assertEqual((len(found["layers"]), found["reference"]["rows"], found["model"]), (layers, 700, None))
            for dumped in found["layers"]:
                for word in WORDS:
                    expected = None if word in ("starved", "severed", "proved_dead") else layer[word]
                    self.assertEqual(dumped[word], expected, (name, word))
        self.assertEqual([dumped["name"] for dumped in self.document("scan", "--dump", "z.npz", "--pre")["layers"]],
                         ["first", "second"])
        dumped, = self.document("scan", "--dump", "a.npy", "--post", "--activation", "relu")["layers"]
        for word in ("dead", "nearly_dead", "silent", "always_on", "dormant", "constant", "broken"):
            self.assertEqual(dumped[word], layer[word], word)
        self.assertIsNone(dumped["saturated"])

    def test_what_a_dump_cannot_tell_is_null(self):
        np.save(self.folder / "v.npy", np.abs(self.z))
        for options, known in [
                (["--pre"], {"broken", "silent", "always_on"}),
                (["--post"], {"broken", "dormant", "constant"}),
                (["--post", "--activation", "relu", "--at-zero", "1"], {"broken", "dormant", "constant", "silent", "always_on"}),
                (["--post", "--activation", "hard_swish"], {"broken", "dormant", "constant", "silent", "always_on"}),
                (["--post", "--activation", "softplus"], {"broken", "dormant", "constant", "dead", "nearly_dead"}),
                (["--post", "--activation", "leaky_relu"],
                 {"broken", "dormant", "constant", "silent", "always_on", "dead", "nearly_dead"})]:
            layer, = self.document("scan", "--dump", "v.npy", *options)["layers"]
            self.assertEqual({word for word in WORDS if layer[word] is not None}, known, options)
            self.assertIn("unknown", self.done("scan", "--dump", "v.npy", *options))

    def test_nan_in_a_dump_is_a_broken_unit(self):
        self.z[5, 4] = np.nan
        self.z[6, 0] = np.inf
        np.save(self.folder / "z.npy", self.z)
        layer, = self.document("scan", "--dump", "z.npy", "--pre", "--activation", "relu")["layers"]
        self.assertEqual(layer["broken"], [0, 4])
        self.assertEqual({word: layer[word] for word in words_of(self.z)}, words_of(self.z))

    def test_relu6_is_dead_above_its_lid(self):
        np.save(self.folder / "z.npy", np.array([[7, 1], [9, 2]], np.float32))
        np.save(self.folder / "a.npy", np.array([[6, 1], [6, 2]], np.float32))
        for name, form in (("z.npy", "--pre"), ("a.npy", "--post")):
            layer, = self.document("scan", "--dump", name, form, "--activation", "relu6")["layers"]
            self.assertEqual((layer["dead"], layer["silent"]), ([0], []))

    def test_fail_over(self):
        for limit, code in [("5%", 1), ("0.05", 1), ("17%", 0), ("100%", 0), ("0", 1)]:
            ran = relive("scan", "m.safetensors", "--data", "x.npy", "--fail-over", limit, "--json", cwd=self.folder)
            self.assertEqual(ran.returncode, code, limit)
            document(ran.stdout)
            self.assertEqual(ran.stderr == "", code == 0)

    def test_thresholds(self):
        layer, = self.document("scan", "m.safetensors", "--data", "x.npy", "--nearly-dead", "0.999", "--dormant", "0.999")["layers"]
        self.assertEqual(layer["nearly_dead"], [0, 2, 4, 5])
        self.assertEqual(layer["dormant"], [0, 1, 2, 4, 5])

    def test_the_table_names_its_evidence(self):
        text = self.done("scan", "m.safetensors", "--data", "x.npy")
        for piece in ("700 rows of x.npy", "6 hidden units", "hidden 1: 1", "severed", "nearly dead", "dispersion"):
            self.assertIn(piece, text)

    def test_report(self):
        self.done("scan", "m.safetensors", "--data", "x.npy", "--report", "vital")
        self.assertEqual(sorted(path.name for path in (self.folder / "vital").iterdir()), ["scan.html", "scan.json", "units.svg"])
        page = (self.folder / "vital/scan.html").read_text()
        document((self.folder / "vital/scan.json").read_text())
        self.assertEqual(page.count("<title>unit "), 6)
        self.assertNotRegex(page, r'(src|href)="|@import|url\(')
        import xml.dom.minidom
        xml.dom.minidom.parse(str(self.folder / "vital/units.svg"))

    def test_bad_input(self):
        scan = lambda *options, **more: self.refused("scan", *options, **more)
        np.save(self.folder / "wide.npy", np.zeros((4, 5), np.float32))
        np.save(self.folder / "cube.npy", np.zeros((4, 5, 2), np.float32))
        np.save(self.folder / "flat.npy", np.zeros(4, np.float32))
        np.save(self.folder / "none.npy", np.zeros((0, 3), np.float32))
        np.save(self.folder / "nan.npy", np.full((4, 3), np.nan, np.float32))
        np.save(self.folder / "below.npy", np.full((4, 3), -1, np.float32))
        np.savez(self.folder / "uneven.npz", a=np.zeros((4, 3), np.float32), b=np.zeros((5, 3), np.float32))
        self.write("empty.csv", "")
        self.write("only_head.csv", "p,q,r\n")
        self.write("ragged.csv", "1,2,3\n4,5,6\n7,8\n")
        self.write("word.csv", "1,2,3\n4,oops,6\n")
        self.write("not.npz", b"PK\x03\x04 but no")
        self.write("cut.npy", (self.folder / "x.npy").read_bytes()[:-8])
        self.write("bare.safetensors", safetensors({"0.weight": self.w}))
        self.write("ints.safetensors", safetensors({"a": np.zeros((4, 3), np.int32)}))
        self.write("odd.safetensors", safetensors({"a": np.zeros(4, np.float32)}))
        self.write("linear.safetensors", safetensors({"0.weight": self.w, "0.bias": self.b}, {"relive.net": "input 3; dense 6"}))
        for spec, says in [("wide.npy", ["wide.npy", "5 features", "takes 3"]), ("iris", ["4", "3"]), ("cube.npy", "2 dimensions"),
                           ("none.npy", "none.npy"), ("empty.csv", "empty.csv"), ("only_head.csv", "only_head.csv"),
                           ("ragged.csv", "line 3"), ("word.csv", ["line 2", "oops"]), ("nan.npy", "finite"), ("cut.npy", "bytes"),
                           ("absent.npy", "absent.npy"), ("digitz", "digits")]:
            scan("m.safetensors", "--data", spec, "--report", "r", says=says)
        scan("bare.safetensors", says="relive.net")
        scan("linear.safetensors", "--data", "x.npy", says="no hidden units")
        for name, says in [("cube.npy", "2 dimensions"), ("flat.npy", "2 dimensions"), ("none.npy", "none.npy"), ("not.npz", "zip"),
                           ("uneven.npz", ["5 rows", "4"]), ("ints.safetensors", "I32"), ("odd.safetensors", "2 dimensions"),
                           ("x.txt", ".npz"), ("absent.npz", "absent.npz"), ("absent.safetensors", "absent")]:
            scan("--dump", name, "--pre", "--report", "r", says=says)
        scan("--dump", "below.npy", "--post", "--activation", "relu", says=["-1", "relu"])
        scan("--dump", "x.npy", says="--pre")
        scan("--dump", "x.npy", "--pre", "--post", says="not both")
        scan("--dump", "x.npy", "--pre", "--fail-over", "5%", says="cannot be told")
        scan("--dump", "x.npy", "--pre", "--data", "iris", says="--data")
        scan("m.safetensors", "--dump", "x.npy", "--pre", says="both")
        scan("m.safetensors", "--pre", says="--dump")
        scan("m.safetensors", "--activation", "relu", says="--dump")
        scan(says="MODEL")
        for bad in ("101%", "-1", "2", "x", "%", ""):
            scan("m.safetensors", "--fail-over", bad, says="5%")
        for bad in ("0", "1", "nan", "x"):
            scan("m.safetensors", "--dormant", bad, says="above 0 and below 1")

    @unittest.skipIf(sanitized(), "the sanitizers have memory of their own")
    def test_files_larger_than_the_memory_allowed(self):
        rows = 200_000_000 // (256 * 4)
        block = np.random.default_rng(2).normal(size=(1000, 256)).astype(np.float32)
        whole = np.lib.format.open_memmap(self.folder / "big.npy", "w+", np.float32, (rows, 256))
        for at in range(0, rows, 1000):
            whole[at:at + 1000] = block[:rows - at]
        whole.flush()
        del whole
        command = f"ulimit -v 100000; exec '{RELIVE}' scan --dump big.npy --pre --activation relu --json"
        ran = subprocess.run(["bash", "-c", command], cwd=self.folder, capture_output=True, text=True)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertEqual(document(ran.stdout)["reference"]["rows"], rows)


class Boxes(ProgramTest):
    """Units over inputs x, y in -1 … 1: 0 and 6 are dead there though 6 is within a hair of waking, 1 is dead on the rows
    but wakes in the corner (1, -1) that they leave out, 2 is always on, 3 has two signs, 4 wakes above x = 2 and 5 far out.
    Of the second layer, unit 0 reads units 2 and 3, and is dead as both are at least 0; 1 reads unit 3 and is not dead."""

    W = np.array([[1, 1], [1, -1], [1, 1], [1, 1], [1, 0], [1, 1], [1, 1]], np.float32)
    B = np.array([-1000, -1.5, 1000, 0, -2, -50, -2.001], np.float32)
    V = np.array([[0, 0, -1, -1, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0]], np.float32)
    NET = "input 2; dense 7; relu; dense 2; relu; dense 2"

    def setUp(self):
        super().setUp()
        x = np.random.default_rng(3).uniform(-1, 1, (600, 2))
        self.x = np.concatenate([x[x[:, 0] - x[:, 1] < 1.4], [[-1, -1], [1, 1]]]).astype(np.float32)
        np.save(self.folder / "x.npy", self.x)
        self.save("m.safetensors")

    def save(self, name, metadata={}, **tensors):
        return self.write(name, safetensors(
            {"0.weight": self.W, "0.bias": self.B, "2.weight": self.V, "2.bias": np.float32([0, 0]),
             "4.weight": np.ones((2, 2), np.float32), "4.bias": np.zeros(2, np.float32), **tensors},
            {"relive.version": "0.1.0", "relive.net": self.NET, "relive.seed": "0", **metadata}))

    def scan(self, *options, model="m.safetensors", data="x.npy"):
        return self.document("scan", model, "--data", data, *options)

    def proved(self, *options, **more):
        return [layer["proved_dead"] for layer in self.scan(*options, **more)["layers"]]

    def test_dead_on_the_rows_is_not_proved(self):
        found = self.scan("--box", "data")
        self.assertEqual(found["box"], {"spec": "data", "sides": [[-1, 1], [-1, 1]]})
        first, second = found["layers"]
        self.assertEqual((first["dead"], first["proved_dead"]), ([0, 1, 4, 5, 6], [0, 4, 5, 6]))
        self.assertEqual((second["dead"], second["proved_dead"]), ([0], [0]))
        self.assertEqual((found["totals"]["dead"], found["totals"]["proved_dead"]), (6, 5))

    def test_a_larger_box_proves_less(self):
        for box, first in [("-1,1", [0, 4, 5, 6]), ("-1,1.001", [0, 4, 5]), ("-1,1.999", [0, 4, 5]), ("-1,2.001", [0, 5]),
                           ("-24.9,24.9", [0, 5]), ("-26,26", [0]), ("-600,600", []), ("0.25,0.25", [0, 1, 4, 5, 6])]:
            with self.subTest(box=box):
                proved = self.proved("--box", box)
                self.assertEqual(proved[0], first)
                lo, hi = map(float, box.split(","))
                corners = np.array([[x, y] for x in (lo, hi) for y in (lo, hi)]) @ self.W.T + self.B
                self.assertFalse((corners[:, proved[0]] > 0).any())

    def test_a_unit_that_is_proved_constant_and_conducts_is_not_dead(self):
        w = self.W.copy()
        w[2] = 0
        self.save("constant.safetensors", **{"0.weight": w})
        first = self.scan("--box", "-1,1", model="constant.safetensors")["layers"][0]
        self.assertIn(2, first["constant"])
        self.assertEqual(first["proved_dead"], [0, 4, 5, 6])

    def test_without_a_box_all_else_is_the_same(self):
        plain, boxed = self.scan(), self.scan("--box", "-1,1")
        self.assertIsNone(plain["box"])
        self.assertEqual([layer["proved_dead"] for layer in plain["layers"]], [[], []])
        self.assertEqual(plain["totals"]["proved_dead"], 0)
        for found in (plain, boxed):
            for part in [*found["layers"], found["totals"]]:
                del part["proved_dead"]
            del found["box"]
        self.assertEqual(plain, boxed)

    def test_box_from_a_file(self):
        self.write("box.csv", "lo,hi\n-1,2.5\n-0.1,0.25\n")
        found = self.scan("--box", "box.csv")
        self.assertEqual(found["box"], {"spec": "box.csv", "sides": [[-1, 2.5], [-0.1, 0.25]]})
        self.assertEqual(found["layers"][0]["proved_dead"], [0, 5])
        self.write("box.csv", "-0.1,0.25\n-1,2.5\n")
        self.assertEqual(self.proved("--box", "box.csv")[0], [0, 1, 4, 5])

    def test_the_box_is_of_raw_inputs(self):
        """The net sees (x - 10) / 100."""
        self.save("scaled.safetensors", {"relive.standardize": json.dumps({"mean": [10, 10], "deviation": [100, 100]})})
        raw = (self.x * 100 + 10).astype(np.float32)
        np.save(self.folder / "raw.npy", raw)
        for box, first in [("-90,110", [0, 4, 5, 6]), ("-90,209", [0, 4, 5]), ("-90,211", [0, 5]), ("-2590,2610", [0])]:
            found = self.scan("--box", box, model="scaled.safetensors", data="raw.npy")
            self.assertEqual(found["layers"][0]["proved_dead"], first, box)
            self.assertEqual(found["box"]["sides"], [[float(side) for side in box.split(",")]] * 2)
        found = self.scan("--box", "data", model="scaled.safetensors", data="raw.npy")
        self.assertEqual(found["box"]["sides"], [[-90, 110]] * 2)
        self.assertEqual(found["layers"][0]["proved_dead"], [0, 4, 5, 6])

    def test_the_box_of_streamed_data_is_that_of_all_rows(self):
        """Extremes in the first, a middle and the last of many blocks."""
        x = np.zeros((400_000, 2), np.float32)
        x[0, 0], x[200_000, 1], x[399_999, 0], x[123_456, 1] = -3, -4, 5, 6
        np.save(self.folder / "long.npy", x)
        self.write("long.csv", "\n".join(f"{a:g},{b:g}" for a, b in x))
        for name in ("long.npy", "long.csv"):
            found = self.scan("--box", "data", data=name)
            self.assertEqual(found["box"]["sides"], [[-3, 5], [-4, 6]], name)
            self.assertEqual(found["layers"][0]["proved_dead"], [0, 5], name)

    def test_proved_on_the_box_of_data_is_dead_on_data(self):
        self.done("train", "--data", "moons:200", "--hidden", "16,8", "--epochs", "1", "--bias", "-4", "--save", "d.safetensors")
        found = self.scan("--box", "data", model="d.safetensors", data="moons:200")
        self.assertGreater(found["totals"]["proved_dead"], 0)
        self.assertEqual(len(found["box"]["sides"]), 2)
        for layer in found["layers"]:
            self.assertLessEqual(set(layer["proved_dead"]), set(layer["dead"]))

    def test_the_evidence_is_named(self):
        text = self.done("scan", "m.safetensors", "--data", "x.npy", "--box", "-1,1", "--report", "r")
        for piece in (f"{len(self.x)} rows of x.npy", "proved dead: for every input in the box -1,1\n", "hidden 1: 0, 4, 5, 6\n"):
            self.assertIn(piece, text)
        page = (self.folder / "r/scan.html").read_text()
        for piece in ("proved dead: for every input in the box -1,1", "<td>4 of 7</td>", "severed, proved dead"):
            self.assertIn(piece, page)
        self.assertEqual(document((self.folder / "r/scan.json").read_text())["box"]["spec"], "-1,1")
        self.assertIn("in the box data (from the least", self.done("scan", "m.safetensors", "--data", "x.npy", "--box", "data"))
        self.assertNotIn("proved", self.done("scan", "m.safetensors", "--data", "x.npy"))

    def test_bad_boxes(self):
        np.save(self.folder / "wide.npy", np.zeros((4, 5), np.float32))
        self.write("short.csv", "0,1\n")
        self.write("three.csv", "0,1,2\n0,1,2\n")
        self.write("turned.csv", "0,1\n1,0\n")
        self.write("nan.csv", "0,1\nnan,1\n")
        self.write("empty.csv", "")
        for box, says in [("1,0", ["1,0", "lo <= hi"]), ("nan,1", "nan,1"), ("0,inf", "0,inf"), ("0", "LO,HI"), ("", "LO,HI"),
                          ("0,1,2", "0,1,2"), ("1e39,1e40", "1e39"), ("short.csv", ["1 lines", "2"]), ("three.csv", "3 columns"),
                          ("turned.csv", ["feature 2", "lo <= hi"]), ("nan.csv", ["nan.csv", "line 2"]), ("empty.csv", "empty.csv"),
                          ("none.csv", "none.csv"), (".", "LO,HI")]:
            self.refused("scan", "m.safetensors", "--data", "x.npy", "--box", box, "--report", "r", says=says)
            self.refused("scan", "m.safetensors", "--data", "x.npy", "--box", box, "--json", says=says)
        self.refused("scan", "m.safetensors", "--data", "wide.npy", "--box", "data", "--report", "r", says=["wide.npy", "5", "2"])
        self.refused("scan", "--dump", "x.npy", "--pre", "--activation", "relu", "--box", "-1,1", says="--box")


if __name__ == "__main__":
    main()
