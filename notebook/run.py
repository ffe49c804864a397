#!/usr/bin/python3 -B
"""Runs the lesson from top to bottom and writes it back with what it gave: make notebook.

The notebook is its own source, and is kept with its outputs, so that it reads where nothing runs. Solutions of
exercises are code too, hidden in Markdown:

    <details> … ```python
    code
    ```
    ```text
    what it prints
    ``` … </details>

Each runs right after its cell, in the same kernel, and its second block is filled with what it printed. What differs
from run to run (times, the machine's versions) is not written. tests/notebook runs the lesson in the same way and
compares.

RELIVE_BUILD is the folder of the build whose Python module is used (default: build/)."""
import copy
import os
import pathlib
import re
import sys

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from nbconvert.preprocessors import ExecutePreprocessor, coalesce_streams
from nbconvert.preprocessors.execute import CellExecutionError

HERE = pathlib.Path(__file__).resolve().parent
LESSON = HERE / "relu_vs_leaky_relu.ipynb"
BUILD = pathlib.Path(os.environ.get("RELIVE_BUILD", HERE.parent / "build")).resolve()
SOLUTION = re.compile(r"(?P<code>(?<=```python\n).*?)(?P<between>```\n```text\n)(?P<said>.*?)(?=```)", re.S)
PATIENCE = 300  # seconds for one cell


class OwnKernel(AsyncKernelManager):
    """A kernel of the Python that runs this, whatever kernels a user has: this one has Debian's modules."""

    @property
    def kernel_spec(self):
        return KernelSpec(argv=[sys.executable, "-B", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f",
                                "{connection_file}"],
                          env={"PYTHONPATH": str(BUILD / "python"), "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
                          display_name="Python 3", language="python")


def solution(cell):
    """Code and printed text of the solution that a cell hides, as a match; None where it hides none."""
    return SOLUTION.search(cell.source) if cell.cell_type == "markdown" else None


def run(lesson):
    """The lesson as a fresh run leaves it. Raises CellExecutionError where a cell fails."""
    cells = []
    for cell in copy.deepcopy(lesson.cells):
        cells.append(cell)
        if solution(cell):
            cells.append(nbformat.v4.new_code_cell(solution(cell)["code"], id=f"{cell.id}-solution"))
    whole = nbformat.v4.new_notebook(cells=cells, metadata=copy.deepcopy(lesson.metadata))
    ExecutePreprocessor(timeout=PATIENCE, kernel_manager_class=OwnKernel).preprocess(whole, {"metadata": {"path": str(HERE)}})
    coalesce_streams(whole, {})  # how print's pieces come over is chance
    answers = {cell.id: cell for cell in whole.cells if cell.id.endswith("-solution")}
    whole.cells = [cell for cell in whole.cells if cell.id not in answers]
    for number, cell in enumerate((cell for cell in whole.cells if cell.cell_type == "code"), 1):
        cell.execution_count = number
        cell.metadata.pop("execution", None)
    for cell in whole.cells:
        if solution(cell):
            said = "".join(output.text for output in answers[f"{cell.id}-solution"].outputs)
            cell.source = SOLUTION.sub(lambda found: found["code"] + found["between"] + said, cell.source)
    whole.metadata.language_info = {"name": "python"}
    return whole


def main():
    try:
        text = nbformat.writes(run(nbformat.read(LESSON, as_version=4)), version=4) + "\n"
    except CellExecutionError as error:
        print(re.sub(r"\x1b\[[\d;]*m", "", str(error)), file=sys.stderr)
        return 1
    beside = LESSON.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(LESSON)
    print(f"The lesson: {LESSON.relative_to(HERE.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
