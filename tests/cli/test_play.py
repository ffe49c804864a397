"""relive play in a program that was built without the page: it says what is missing. With the page, see
tests/playground/engine_program.mjs."""
from program import ProgramTest, main, relive


class Play(ProgramTest):
    def test_says_what_it_would_take(self):
        ran = relive("play", cwd=self.folder)
        self.assertEqual((ran.returncode, ran.stdout), (3, ""))
        self.assertRegex(ran.stderr, r"^relive: this program was built without the playground, .*\bmake play\b.*\n$")
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    main()
