"""The notebook as a page of the course's site: Markdown, and its pictures as files beside it. Nothing is run: a notebook
is kept with its outputs."""
import base64
import json

import library

LESSON = library.ROOT / "notebook/relu_vs_leaky_relu.ipynb"


def page(images):
    """The lesson as Markdown; its pictures are written to images, a folder beside the page."""
    cells = json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join(block for cell in cells for block in _blocks(cell, images))
    return text.replace("](../documentation/", "](") + "\n"


def _blocks(cell, images):
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield source
        return
    yield f"```python\n{source}\n```"
    for number, output in enumerate(cell["outputs"]):
        data = output.get("data", {})
        if "image/png" in data:
            path = images / f"lesson_{cell['id']}_{number}.png"
            path.write_bytes(base64.b64decode("".join(data["image/png"])))
            yield f"![{output['metadata']['image/png']['alt']}]({images.name}/{path.name})"
        elif "text/markdown" in data:
            yield "".join(data["text/markdown"]).strip()
        else:
            yield "```text\n" + "".join(output.get("text") or data["text/plain"]).rstrip() + "\n```"
