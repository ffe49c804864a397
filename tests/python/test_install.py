#!/usr/bin/python3 -B
"""pip puts the package into an environment of its own, without a network, and there it works; nothing else is changed.

It goes on with the build that is here (RELIVE_BUILD); without one, pip's way is the same but builds first."""
import shutil
import subprocess
import unittest

from package import BUILD, PACKAGE, ROOT, PackageTest


class Pip(PackageTest):
    def run_in(self, *command, **more):
        done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False, timeout=300, **more)
        self.assertEqual(done.returncode, 0, f"{command}: {done.stdout}{done.stderr}")
        return done.stdout

    def test_install_use_and_remove(self):
        copy, venv = self.folder / "check out", self.folder / "venv"
        copy.mkdir()
        shutil.copy(ROOT / "CMakeLists.txt", copy)
        shutil.copytree(ROOT / "bindings/python", copy / "bindings/python", ignore=shutil.ignore_patterns("build", "*.egg-info"))
        self.run_in("/usr/bin/python3", "-m", "venv", "--system-site-packages", venv)
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "RELIVE_BUILD": str(BUILD), "PIP_CONFIG_FILE": "/dev/null",
                       "HOME": str(self.folder)}
        self.run_in(venv / "bin/pip", "install", "--no-build-isolation", "--no-index", "./bindings/python", cwd=copy, env=environment)
        code = "import relive; print(relive.__file__, relive.relu(-1), len(relive.compare('moons', seeds=1, epochs=1)['arms']))"
        said = self.run_in(venv / "bin/python", "-c", code, cwd=self.folder, env=environment).split()
        self.assertTrue(said[0].startswith(str(venv)), said)
        self.assertEqual(said[1:], ["0.0", "10"])
        installed = next(venv.glob("lib/python3*/site-packages/relive"))
        shipped = {path.relative_to(PACKAGE / "relive") for path in (PACKAGE / "relive").rglob("*") if "__pycache__" not in path.parts}
        self.assertEqual({path.relative_to(installed) for path in installed.rglob("*") if "__pycache__" not in path.parts}, shipped)
        self.run_in(venv / "bin/pip", "uninstall", "-y", "relive", env=environment)
        self.assertFalse(installed.exists())


if __name__ == "__main__":
    unittest.main()
