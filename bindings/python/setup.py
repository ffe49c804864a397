"""pip's way to the package: CMake builds it whole, as it does for the checkout; here it is only copied into the wheel.

RELIVE_BUILD may name a build folder to go on with, which saves a minute; else there is one for this time only."""
import os
import pathlib
import re
import shutil
import subprocess

from setuptools import setup
from setuptools.command.build_py import build_py

try:
    from setuptools.command.bdist_wheel import bdist_wheel  # from setuptools 70 on
except ImportError:
    from wheel.bdist_wheel import bdist_wheel

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = re.search(r"project\(relive VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]


class Build(build_py):
    def run(self):
        made = pathlib.Path(self.get_finalized_command("build").build_temp, "cmake").resolve()
        folder = pathlib.Path(os.environ.get("RELIVE_BUILD") or made)
        if not (folder / "CMakeCache.txt").exists():
            generator = ["-G", "Ninja"] if shutil.which("ninja") else []
            subprocess.run(["cmake", *generator, "-Wno-dev", "-S", ROOT, "-B", folder], check=True)
        subprocess.run(["cmake", "--build", folder, "--target", "relive_python", "--parallel"], check=True)
        shutil.copytree(folder / "python/relive", pathlib.Path(self.build_lib, "relive"), dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("__pycache__"))


class Wheel(bdist_wheel):
    """One wheel for every Python 3, since cffi opens the library at run time; but for one kind of machine."""

    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


setup(version=VERSION, cmdclass={"build_py": Build, "bdist_wheel": Wheel})
