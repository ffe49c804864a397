"""The house's order: which folder may include which, who may know a third-party header, and what is public."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Every folder of src/ and those it may include, as documentation/architecture.md draws them.
MAY_INCLUDE = {
    "base": [],
    "num": ["base"],
    "kernel": ["num", "base"],
    "nn": ["kernel", "num", "base"],
    "data": ["num", "base"],
    "train": ["data", "nn", "kernel", "num", "base"],
    "vital": ["train", "data", "nn", "kernel", "num", "base"],
    "format": ["nn", "kernel", "num", "base"],
    "study": ["vital", "format", "train", "data", "nn", "kernel", "num", "base"],
    "report": ["format", "num", "base"],
}
# The core's public header is for every folder; the study's begins where the study does. The report reads stored
# results through it, never a live net.
MAY_KNOW_STUDY = {"study", "report"}
PUBLIC = {"relive.h", "relive_study.h"}

STANDARD = set("assert ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic "
               "stdbool stddef stdint stdio stdlib stdnoreturn string tgmath time wchar wctype".split())
POSIX = re.compile(r"(unistd|fcntl|pthread|sched|dirent|spawn|poll|termios|dlfcn|fnmatch|getopt|strings|langinfo|ftw|sys/\w+)\.h")
PROCESSOR = {"immintrin.h", "arm_neon.h", "wasm_simd128.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def includes(path):
    """(quoted?, name) of every #include in a file."""
    return [(mark == '"', name) for mark, name in INCLUDE.findall(path.read_text(encoding="utf-8"))]


def sources(*folders):
    for folder in folders:
        yield from sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in (".c", ".h"))


def is_system(name):
    return name.removesuffix(".h") in STANDARD or POSIX.fullmatch(name) or name in PROCESSOR


class Layers(unittest.TestCase):
    def test_every_folder_is_known(self):
        found = {path.relative_to(ROOT / "src").parts[0] for path in sources("src")}
        self.assertEqual(found - set(MAY_INCLUDE), set(), "a folder of src/ that the order does not name")

    def test_the_order_has_no_cycle(self):
        for folder, below in MAY_INCLUDE.items():
            for other in below:
                self.assertNotIn(folder, MAY_INCLUDE[other], f"{folder} and {other} include each other")

    def test_folders_include_only_what_stands_to_their_left(self):
        for path in sources("src"):
            folder = path.relative_to(ROOT / "src").parts[0]
            for quoted, name in includes(path):
                where = f"{path.relative_to(ROOT)} includes {name}"
                if name in PUBLIC:
                    allowed = name == "relive.h" or folder in MAY_KNOW_STUDY
                    self.assertTrue(quoted and allowed, where)
                elif quoted:
                    self.assertTrue((ROOT / "src" / name).is_file() and ".." not in name, f"{where}: expected a path from src/")
                    self.assertIn(name.split("/")[0], [folder, *MAY_INCLUDE[folder]], where)

    def test_third_party_headers_are_each_included_by_one_file(self):
        users = {}
        for path in sources("src"):
            for quoted, name in includes(path):
                if not quoted and not is_system(name):
                    users.setdefault(name, []).append(str(path.relative_to(ROOT)))
        self.assertEqual(users, {"jansson.h": ["src/format/json.c"], "zlib.h": ["src/data/gzip.c"], "zip.h": ["src/data/npz.c"]})

    def test_intrinsics_stay_in_the_kernels(self):
        for path in sources("src"):
            for _, name in includes(path):
                if name in PROCESSOR:
                    self.assertEqual(path.relative_to(ROOT / "src").parts[0], "kernel", f"{path} includes {name}")

    def test_apps_bench_and_examples_know_only_the_public_headers(self):
        yaml = []
        for path in sources("apps", "bench", "examples", "bindings"):
            for quoted, name in includes(path):
                where = f"{path.relative_to(ROOT)} includes {name}"
                if quoted and name.startswith("bench/"):
                    self.assertTrue((ROOT / name).is_file(), where)
                elif quoted:
                    self.assertTrue((path.parent / name).is_file(), where)
                elif name == "cyaml/cyaml.h":
                    yaml.append(str(path.relative_to(ROOT)))
                else:
                    self.assertTrue(name in PUBLIC or is_system(name), where)
        self.assertLessEqual(len(yaml), 1, yaml)

    def test_public_headers_stand_alone(self):
        for path in sources("include"):
            for _, name in includes(path):
                self.assertTrue(name in PUBLIC or is_system(name), f"{path.name} includes {name}")

    def test_the_library_never_prints_exits_or_aborts(self):
        forbidden = re.compile(r"(?<![\w.>])(printf|puts|putchar|perror|exit|_exit|abort|rand|srand|setlocale)\s*\(|\b(stdout|stderr)\b")
        for path in sources("src"):
            code = re.sub(r'/\*.*?\*/|//[^\n]*|"(\\.|[^"\\\n])*"', "", path.read_text(encoding="utf-8"), flags=re.S)
            found = forbidden.search(code)
            self.assertIsNone(found, f"{path.relative_to(ROOT)}: {found and found.group(0)}")


if __name__ == "__main__":
    unittest.main()
