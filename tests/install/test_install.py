"""An installed copy is whole: make install with PREFIX and DESTDIR, and a stranger's program that finds the library by
pkg-config and by CMake."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = os.environ["RELIVE_BUILD"]

PROGRAM = """
#include <relive_study.h>
#include <stdio.h>
int main(void)
{
    rl_error err = { 0 };
    rl_dataset *iris = rl_data_load("iris", (rl_data_config){ 0 }, &err);
    if (err.code)
        return 1;
    printf("%s %zu\\n", rl_version(), iris->rows);
    rl_data_free(iris);
    return 0;
}
"""
CMAKE = """
cmake_minimum_required(VERSION 3.20)
project(stranger LANGUAGES C)
find_package(relive 0.1 REQUIRED)
add_executable(stranger stranger.c)
target_link_libraries(stranger PRIVATE relive::relive)
"""


def run(*command, **options):
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="relive install "))
        (cls.folder / "stranger.c").write_text(PROGRAM)
        # PREFIX as the package will see it, DESTDIR as the package maker stages it.
        run("make", "-s", "-C", ROOT, "install", f"BUILD={BUILD}", "PREFIX=/usr", f"DESTDIR={cls.folder}/stage")
        cls.usr = cls.folder / "stage/usr"

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def only(self, pattern):
        found = list(self.usr.glob(pattern))
        self.assertEqual(len(found), 1, f"{pattern}: {found}")
        return found[0]

    def test_everything_is_there(self):
        for pattern in ("bin/relive", "lib*/**/librelive.a", "include/relive.h", "include/relive_study.h", "share/man/man1/relive.1*",
                        "share/bash-completion/completions/relive", "share/zsh/*/_relive",
                        "share/fish/vendor_completions.d/relive.fish", "lib*/**/relive.pc", "lib*/**/relive-config.cmake"):
            self.only(pattern)

    def test_nothing_knows_where_it_was_built(self):
        for path in self.usr.rglob("*"):
            if path.is_file() and path.suffix in (".pc", ".cmake", ".h", ".1", ".fish"):
                self.assertNotIn(str(ROOT), path.read_text(encoding="utf-8"), path)

    def test_the_program_runs(self):
        self.assertIn("0.1.0", run(self.usr / "bin/relive", "--version"))

    def test_found_by_pkg_config(self):
        # A path with a space is quoted by pkg-config, so a shell reads its answer.
        command = (f'{os.environ["RELIVE_CC"]} -std=gnu11 stranger.c -o by_pkg_config '
                   f'$(pkg-config --cflags --libs relive | sed "s/^/ /")')
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.only("lib*/**/relive.pc").parent)}
        run("sh", "-c", f'eval "{command}"', cwd=self.folder, env=environment)
        self.assertEqual(run(self.folder / "by_pkg_config"), "0.1.0 150\n")

    def test_found_by_cmake(self):
        (self.folder / "CMakeLists.txt").write_text(CMAKE)
        run("cmake", "-G", "Ninja", "-S", self.folder, "-B", self.folder / "b", f"-DCMAKE_PREFIX_PATH={self.usr}",
            f"-DCMAKE_C_COMPILER={os.environ['RELIVE_CC']}")
        run("cmake", "--build", self.folder / "b")
        self.assertEqual(run(self.folder / "b/stranger"), "0.1.0 150\n")


if __name__ == "__main__":
    unittest.main()
