#!/usr/bin/python3 -B
"""The package as a whole: it sees the headers as the C compiler does, its examples run, it asks for no more than it needs."""
import ast
import doctest
import importlib
import inspect
import os
import re
import subprocess
import unittest

from package import PACKAGE, ROOT, PackageTest, python

import relive
from relive import _library

MODULES = sorted(path.stem for path in (PACKAGE / "relive").glob("*.py") if path.stem != "__init__")
SOURCES = sorted((ROOT / "bindings/python/relive").glob("*.py"))


def types():
    """Every struct, union and enum of the headers that cffi knows, by its C name."""
    typedefs, structs, unions = _library.ffi.list_types()
    for name in typedefs:
        kind = _library.ffi.typeof(name)
        if kind.kind in ("struct", "enum") and getattr(kind, "fields", kind.kind == "enum") is not None:
            yield name, kind
    for name in structs:
        kind = _library.ffi.typeof(f"struct {name}")
        if kind.fields is not None:
            yield f"struct {name}", kind


class Headers(PackageTest):
    def test_they_are_those_of_the_checkout(self):
        for name in _library.HEADERS:
            self.assertEqual((PACKAGE / "relive/include" / name).read_text(), (ROOT / "include" / name).read_text())

    def test_nothing_is_declared_anywhere_else(self):
        for path in SOURCES:
            for text in re.findall(r'cdef\((.*?)\)\n', path.read_text()):
                self.assertIn(text, ('_declarations(_header)', '"void free(void *block);"'), path)

    def test_every_function_and_constant_is_there(self):
        names = set()
        for header in _library.HEADERS:
            code = re.sub(r"/\*.*?\*/", "", (ROOT / "include" / header).read_text(), flags=re.S)
            names |= set(re.findall(r"\b(rl_\w+) *\(", re.sub(r"\([^()]*\*rl_|\{[^{}]*\}", "", code)))
        self.assertGreater(len(names), 150)
        self.assertEqual([name for name in sorted(names) if not hasattr(_library.lib, name)], [])

    def test_structs_and_enums_lie_as_the_compiler_lays_them(self):
        """A misread header would read and write beside the fields: sizes, offsets and values, by a C program."""
        lines, expected = [], []
        for name, kind in types():
            if kind.kind == "enum":
                for value, word in kind.elements.items():
                    lines.append(f'printf("%s %ld\\n", "{word}", (long){word});')
                    expected.append(f"{word} {value}")
                continue
            lines.append(f'printf("%s %zu\\n", "{name}", sizeof({name}));')
            expected.append(f"{name} {_library.ffi.sizeof(kind)}")
            for field, place in kind.fields:
                lines.append(f'printf("%s %zu\\n", "{name}.{field}", offsetof({name}, {field}));')
                expected.append(f"{name}.{field} {place.offset}")
        self.assertGreater(len(expected), 300)
        source, program = self.folder / "sizes.c", self.folder / "sizes"
        source.write_text("#include <stdio.h>\n#include <relive_study.h>\nint main(void) {\n" + "\n".join(lines) + "}\n")
        subprocess.run([os.environ["RELIVE_CC"], f"-I{ROOT}/include", source, "-o", program], check=True)
        found = subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()
        self.assertEqual(found, expected)


class Words(unittest.TestCase):
    def test_examples_run(self):
        for module in [relive, *(importlib.import_module(f"relive.{name}") for name in MODULES)]:
            with self.subTest(module.__name__):
                failed, attempted = doctest.testmod(module)
                self.assertEqual(failed, 0)
        runner, finder = doctest.DocTestRunner(), doctest.DocTestFinder()
        for name in ("Net", "Model", "MLPClassifier", "MLPRegressor", "compare", "scan", "explain", "watch", "Curve"):
            examples = sum(len(test.examples) for test in finder.find(getattr(relive, name), name))
            self.assertGreater(examples, 0, f"{name} has no example")

    def test_the_readme_runs(self):
        text = (ROOT / "bindings/python/README.md").read_text()
        blocks = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
        self.assertGreater(len(blocks), 2)
        ran = python("import os, tempfile\nos.chdir(tempfile.mkdtemp(dir=os.getcwd()))\n" + "\n".join(blocks), cwd=os.environ["RELIVE_BUILD"])
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))

    def test_everything_public_says_what_it_is_and_has_types(self):
        for name in relive.__all__:
            thing = getattr(relive, name)
            self.assertTrue(inspect.getdoc(thing), name)
        for path in SOURCES:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    untyped = [a.arg for a in node.args.args + node.args.kwonlyargs if not a.annotation and a.arg not in ("self", "cls")]
                    self.assertEqual((untyped, node.returns is None), ([], False), f"{path.name}: {node.name}")
        self.assertTrue((PACKAGE / "relive/py.typed").is_file())

    def test_all_is_all(self):
        self.assertEqual(len(set(relive.__all__)), len(relive.__all__))
        self.assertLessEqual(set(relive.__all__), set(dir(relive)))
        self.assertEqual(relive.__version__, re.search(r'RL_VERSION "(.*?)"', (ROOT / "include/relive.h").read_text())[1])
        with self.assertRaises(AttributeError):
            relive.nothing

    def test_files_are_small(self):
        lengths = {path.name: len(path.read_text().splitlines()) for path in SOURCES}
        self.assertLess(max(lengths.values()), 300, lengths)
        self.assertLessEqual(max(len(line) for path in SOURCES for line in path.read_text().splitlines()), 125)


class Needs(unittest.TestCase):
    """NumPy and cffi are enough to import it and to use all but what is of scikit-learn or PyTorch."""

    def test_without_the_others(self):
        ran = python("""
import sys
for name in ("torch", "sklearn", "pandas", "scipy"):
    sys.modules[name] = None
import relive
print(relive.relu([-1, 2]).tolist(), len(relive.explain("relu")["table"]))
try:
    relive.MLPClassifier
except ImportError as error:
    print(error)
try:
    relive.watch(None, None)
except ImportError as error:
    print("no torch")
""")
        self.assertEqual(ran.stderr, "")
        self.assertRegex(ran.stdout, r"\A\[0.0, 2.0\] 16\nrelive.MLPClassifier needs scikit-learn \(Debian: python3-sklearn\): .*\nno torch\n\Z")

    def test_what_is_imported(self):
        ran = python("import sys, relive\nprint(sorted({'torch', 'sklearn', 'pandas', 'scipy'} & set(sys.modules)))")
        self.assertEqual(ran.stdout, "[]\n")


if __name__ == "__main__":
    unittest.main()
