"""How Sphinx makes the site: Markdown by MyST, the Furo theme, mathematics by KaTeX from Debian's package, no network."""
from docutils import nodes

project = "Relive: ReLU, Leaky ReLU and dying neurons"
html_title = "Relive"
language = "en"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["katex.min.css", "site.css"]
html_js_files = ["katex.min.js", "auto-render.js", "mathematics.js"]
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style = "friendly"
pygments_dark_style = "monokai"
suppress_warnings = ["myst.header", "misc.highlighting_failure"]
html_math_renderer = "katex"


def inline(writer, node):
    writer.body.append(writer.starttag(node, "span", "", CLASS="math") + writer.encode(rf"\({node.astext()}\)") + "</span>")
    raise nodes.SkipNode


def block(writer, node):
    writer.body.append(writer.starttag(node, "div", CLASS="math") + writer.encode(rf"\[{node.astext()}\]") + "</div>")
    raise nodes.SkipNode


def setup(app):
    """KaTeX runs in the page: it is a script and a style sheet, so it works from a file as well as from a server."""
    app.add_html_math_renderer("katex", (inline, None), (block, None))
