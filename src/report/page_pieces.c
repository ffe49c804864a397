/* Pieces of pages that several reports share: a plot, and written text. */
#include "report/page.h"

#include <stdio.h>
#include <string.h>

/* gnuplot's names of markers are the same in every plot; on one page each needs its own. */
static void write_renamed(rl_writing *to, const char *line, size_t length, const char *name)
{
    static const char *const MARKS[] = { "id='gp", "href='#gp", "url(#gp", "id=\"gnuplot_canvas", "id='textbox",
        "id='greybox" };
    for (size_t i = 0; i < length;) {
        size_t mark = 0;
        while (mark < sizeof MARKS / sizeof *MARKS && strncmp(line + i, MARKS[mark], strlen(MARKS[mark])) != 0)
            mark++;
        if (mark == sizeof MARKS / sizeof *MARKS) {
            rl_write_bytes(to, line + i++, 1);
            continue;
        }
        size_t quote = strlen(MARKS[mark]); /* how much stands before the name itself */
        while (!strchr("'\"#", MARKS[mark][quote - 1]))
            quote--;
        rl_write(to, "%.*s%s-%s", (int)quote, MARKS[mark], name, MARKS[mark] + quote);
        i += strlen(MARKS[mark]);
    }
}

static bool starts(const char *line, const char *with)
{
    line += strspn(line, " \t");
    return strncmp(line, with, strlen(with)) == 0;
}

/* The SVG without what only a file of its own needs, and without tooltips that name gnuplot's own things. */
void rl_write_svg(rl_writing *to, const char *svg, const char *name)
{
    const char *line = strstr(svg, "<svg"), *box = strstr(svg, "viewBox");
    bool named = false;
    int width = 0; /* on a narrow screen a plot is scrolled rather than shrunk until its letters are too small */
    if (!box || sscanf(box, "viewBox=\"0 0 %d", &width) != 1 || width < 1 || width > 10000)
        width = 900;
    while (line && *line) {
        size_t length = strcspn(line, "\n");
        bool own_title = starts(line, "<title>") && !named;
        const char *tooltip = length > 7 ? strstr(line, "<title>") : NULL;
        if (tooltip && tooltip >= line + length)
            tooltip = NULL;
        const char *inner = tooltip ? strstr(tooltip, "_plot_") : NULL;
        const char *end = tooltip ? strstr(tooltip, "</title>") : NULL;
        if (starts(line, "<svg"))
            rl_write(to, "<svg role=\"img\" aria-label=\"%s\" style=\"min-width:%dpx;max-width:%dpx\"", name,
                width * 85 / 100, width * 115 / 100);
        else if (starts(line, "<title>") && own_title)
            named = true;
        else if (starts(line, "xmlns") || starts(line, "<desc>"))
            ;
        else if (inner && end && inner < end && end < line + length)
            write_renamed(to, line, (size_t)(tooltip - line), name);
        else
            write_renamed(to, line, length, name);
        rl_write(to, "\n");
        line += length + (line[length] == '\n');
    }
}

void rl_write_markdown(rl_writing *to, const char *text)
{
    bool emphasis = false, open = false;
    if (*text == '#')
        text += strcspn(text, "\n");
    for (; *text; text++) {
        char one[2] = { *text, 0 };
        if (*text == '\n') {
            rl_write(to, open ? "</p>\n" : "");
            open = false;
            continue;
        }
        rl_write(to, open ? "" : "<p>");
        open = true;
        if (*text == '*') {
            rl_write(to, emphasis ? "</em>" : "<em>");
            emphasis = !emphasis;
        } else if (*text == '\\' && text[1]) {
            one[0] = *++text;
            rl_write_html(to, one);
        } else if (*text == ' ' && text[1] == '%') {
            rl_write(to, "&nbsp;");
        } else if (*text == '\'') {
            rl_write(to, "’");
        } else {
            rl_write_html(to, one);
        }
    }
    rl_write(to, open ? "</p>\n" : "");
}
