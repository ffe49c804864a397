/* The scan as a page: a map of the units of each layer, coloured and shaped by the word that is shown for them, and
 * how often each of them gives 0 beside it. scan.html holds all it needs; units.svg is the map alone, scan.json
 * the document. Nothing is published before all three are written. */
#include "format/file.h"
#include "report/page.h"
#include "report/scan_pieces.h"
#include "report/words.h"
#include "report/writing.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CELL = 20, ACROSS = 40, LEFT = 8, TITLE = 24, WIDTH = LEFT * 2 + ACROSS * CELL };

/* Shapes within a square of 10: told apart in black and white too. Colours are Okabe and Ito's. */
static const struct {
    rl_word word;
    const char *colour, *shape;
} marks[] = {
    { (rl_word)0, "#009E73", "<circle r=\"5\" fill=\"%s\"/>" },
    { RL_BROKEN, "currentColor",
        "<path d=\"M-5-5h10v10h-10zM-5-5l10 10\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>" },
    { RL_DEAD, "#D55E00", "<path d=\"M-5-5l10 10M-5 5l10-10\" stroke=\"%s\" stroke-width=\"3\"/>" },
    { RL_STARVED, "#CC79A7", "<path d=\"M-5-4h10l-5 9z\" fill=\"%s\"/>" },
    { RL_SATURATED, "#E69F00", "<path d=\"M-5-5h10v10h-10z\" fill=\"%s\"/>" },
    { RL_SILENT, "#0072B2", "<circle r=\"4\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>" },
    { RL_NEARLY_DEAD, "#D55E00", "<path d=\"M0-6l6 6-6 6-6-6z\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>" },
    { RL_DORMANT, "#7A7A7A", "<path d=\"M-5 0h10\" stroke=\"%s\" stroke-width=\"3\"/>" },
    { RL_ALWAYS_ON, "#56B4E9", "<path d=\"M0-6l6 11h-12z\" fill=\"%s\"/>" },
};
enum { MARKS = sizeof marks / sizeof *marks };

static size_t mark_of(rl_word word)
{
    for (size_t i = 0; i < MARKS; i++)
        if (marks[i].word == word)
            return i;
    return 0;
}

static void write_mark(rl_writing *to, size_t mark, int x, int y)
{
    rl_write(to, "<g transform=\"translate(%d %d)\">", x, y);
    const char *shape = marks[mark].shape, *hole = strstr(shape, "%s");
    rl_write_bytes(to, shape, (size_t)(hole - shape));
    rl_write(to, "%s%s", marks[mark].colour, hole + 2);
}

static int lines_of(const rl_scanned_layer *layer)
{
    return (layer->units + ACROSS - 1) / ACROSS;
}

/* Under each mark a bar: how often the unit gives 0. */
static void write_layer(rl_writing *to, const rl_scanned_layer *layer, int y)
{
    rl_write(to, "<text x=\"%d\" y=\"%d\" font-size=\"13\" fill=\"currentColor\">", LEFT, y + 15);
    rl_write_html(to, layer->name);
    rl_write(to, " · ");
    rl_write_html(to, layer->activation[0] ? layer->activation : "unknown activation");
    rl_write(to, "</text>\n");
    for (int u = 0; u < layer->units; u++) {
        int x = LEFT + u % ACROSS * CELL + CELL / 2, at = y + TITLE + u / ACROSS * (CELL + 6) + CELL / 2;
        rl_word word = rl_scan_shown(layer, u);
        write_mark(to, mark_of(word), x, at);
        rl_write(to, "<title>unit %d: %s", u, rl_word_name(word));
        for (int w = 0; w < RL_WORDS; w++)
            if (layer->signs[u].words & rl_scan_words[w] && rl_scan_words[w] != word)
                rl_write(to, ", %s", rl_word_name(rl_scan_words[w]));
        if (isfinite(layer->sparsity))
            rl_write(to, "; gives 0 on %.1f %%", 100 * layer->signs[u].zeros);
        rl_write(to, "</title></g>\n");
        if (isfinite(layer->sparsity))
            rl_write(to,
                "<path d=\"M%d %dh12\" stroke=\"#BBBBBB\" stroke-width=\"2\"/><path d=\"M%d %dh%.1f\" "
                "stroke=\"#555555\" "
                "stroke-width=\"2\"/>\n",
                x - 6, at + 9, x - 6, at + 9, 12 * layer->signs[u].zeros);
    }
}

static void write_map(rl_writing *to, const rl_scan *scan)
{
    int height = 34;
    for (size_t i = 0; i < scan->layer_count; i++)
        height += TITLE + lines_of(&scan->layers[i]) * (CELL + 6) + 10;
    rl_write(to,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"map of units\" viewBox=\"0 0 %d %d\" "
        "width=\"%d\" height=\"%d\" font-family=\"sans-serif\">\n",
        WIDTH, height, WIDTH, height);
    for (size_t m = 0; m < MARKS; m++) {
        write_mark(to, m, LEFT + 8 + (int)m * 88, 12);
        rl_write(to, "</g><text x=\"%d\" y=\"16\" font-size=\"11\" fill=\"currentColor\">%s</text>\n",
            LEFT + 18 + (int)m * 88, rl_word_name(marks[m].word));
    }
    int y = 34;
    for (size_t i = 0; i < scan->layer_count; i++) {
        write_layer(to, &scan->layers[i], y);
        y += TITLE + lines_of(&scan->layers[i]) * (CELL + 6) + 10;
    }
    rl_write(to, "</svg>\n");
}

static void write_evidence(rl_writing *to, const rl_scan *scan)
{
    rl_write(to, "%zu hidden units, judged on %llu rows of ", rl_scan_units(scan), (unsigned long long)scan->rows);
    if (scan->dump)
        rl_write(to, scan->post ? "dumped outputs (a)" : "dumped pre-activations (z)");
    else
        rl_write_html(to, scan->data);
    if (!scan->box)
        return;
    rl_write(to, "; proved dead: for every input in the box ");
    rl_write_html(to, scan->box);
    if (!strcmp(scan->box, "data"))
        rl_write(to, " (from the least to the largest value of each feature in these rows)");
}

static void write_table(rl_writing *to, const rl_scan *scan)
{
    rl_write(to,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Words by layer\"><table>\n<thead><tr>"
        "<th class=\"left\" scope=\"col\">Word</th>");
    for (size_t i = 0; i < scan->layer_count; i++) {
        rl_write(to, "<th scope=\"col\">");
        rl_write_html(to, scan->layers[i].name);
        rl_write(to, "</th>");
    }
    rl_write(to, "<th class=\"left\" scope=\"col\">Meaning on these rows</th></tr></thead>\n<tbody>\n");
    for (int w = 0; w < RL_WORDS; w++) {
        const rl_word word = rl_scan_words[w];
        if (word == RL_PROVED_DEAD && !scan->box)
            continue;
        rl_write(to, "<tr><th scope=\"row\">%s</th>", rl_word_name(word));
        for (size_t i = 0; i < scan->layer_count; i++) {
            const rl_scanned_layer *layer = &scan->layers[i];
            int count = 0;
            for (int u = 0; u < layer->units; u++)
                count += (layer->signs[u].words & word) != 0;
            if (layer->known & word)
                rl_write(to, "<td>%d of %d</td>", count, layer->units);
            else
                rl_write(to, "<td>unknown</td>");
        }
        rl_write(to, "<td class=\"left\">");
        rl_write_html(to, rl_scan_meaning(word));
        rl_write(to, "</td></tr>\n");
    }
    rl_write(to, "<tr><th scope=\"row\">sparsity</th>");
    for (size_t i = 0; i < scan->layer_count; i++)
        rl_write(to, isfinite(scan->layers[i].sparsity) ? "<td>%.1f %%</td>" : "<td>unknown</td>",
            100 * scan->layers[i].sparsity);
    rl_write(to, "<td class=\"left\">share of zeros among all outputs: not death</td></tr>\n"
                 "<tr><th scope=\"row\">dispersion</th>");
    for (size_t i = 0; i < scan->layer_count; i++)
        rl_write(to, isfinite(scan->layers[i].dispersion) ? "<td>%.3f</td>" : "<td>unknown</td>",
            scan->layers[i].dispersion);
    rl_write(
        to, "<td class=\"left\">deviation over the units of how often they fire</td></tr>\n</tbody></table></div>\n");
}

static void write_page(rl_writing *to, const rl_scan *scan)
{
    bool known;
    size_t dead = rl_scan_count(scan, RL_DEAD, &known), units = rl_scan_units(scan);
    rl_write(to, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Vital signs of ");
    rl_write_html(to, scan->source);
    rl_write(
        to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<header>\n<h1>Vital signs of ", rl_page_style);
    rl_write_html(to, scan->source);
    rl_write(to, "</h1>\n<p class=\"lead\">");
    if (known)
        rl_write(to, "%zu of %zu hidden units are dead on the rows looked at.", dead, units);
    else
        rl_write(to, "Which units are dead cannot be told from these values.");
    rl_write(to, "</p>\n<p class=\"meta\">");
    write_evidence(to, scan);
    rl_write(to, "</p>\n</header>\n<section>\n<h2>The units</h2>\n<figure><div class=\"scroll\">\n");
    write_map(to, scan);
    rl_write(to,
        "</div>\n<figcaption>One mark a unit, in the order of the layer. Words overlap; shown is the first that "
        "fits of broken, dead, starved, saturated, silent, nearly dead, dormant, always on. The bar under a "
        "mark is the share of rows on which the unit gives 0: a long bar under a living unit is sparsity, not "
        "death.</figcaption></figure>\n</section>\n<section>\n<h2>All words</h2>\n");
    write_table(to, scan);
    rl_write(to,
        "<p class=\"note\">Thresholds: dormant %g, saturated %g, nearly dead %g. Never seen active may mean rare "
        "rather "
        "than impossible.</p>\n</section>\n<footer>Relive %s</footer>\n</main>\n</body>\n</html>\n",
        scan->thresholds.dormant, scan->thresholds.saturated, scan->thresholds.nearly_dead, rl_version());
}

/* ---- The folder ---- */

static bool make_folder(const char *folder, bool *made, rl_error *err)
{
    struct stat status;
    *made = mkdir(folder, 0777) == 0;
    if (*made || (errno == EEXIST && stat(folder, &status) == 0 && S_ISDIR(status.st_mode)))
        return true;
    return rl_fail(err, RL_BAD_FILE, "cannot make folder \"%.160s\": %s", folder, strerror(errno));
}

static rl_draft *draft(
    const char *folder, const char *name, const char *bytes, size_t count, rl_memory memory, rl_error *err)
{
    char path[PATH_MAX];
    if (rl_failed(err))
        return NULL;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
        rl_fail(err, RL_BAD_FILE, "the folder's path is too long");
        return NULL;
    }
    rl_draft *made = rl_draft_open(path, memory, err);
    if (made && rl_draft_write(made, bytes, count, err) && rl_draft_seal(made, err))
        return made;
    rl_draft_discard(made);
    return NULL;
}

bool rl_scan_report(const rl_scan *scan, const char *folder, rl_error *err)
{
    bool made = false;
    rl_writing page = rl_writing_begin(scan->memory, err), map = rl_writing_begin(scan->memory, err);
    write_page(&page, scan);
    write_map(&map, scan);
    char *json = rl_scan_json(scan, err);
    rl_draft *drafts[3] = { NULL };
    if (!rl_failed(err) && make_folder(folder, &made, err)) {
        drafts[0] = draft(folder, "scan.html", page.text, page.length, scan->memory, err);
        drafts[1] = draft(folder, "units.svg", map.text, map.length, scan->memory, err);
        drafts[2] = draft(folder, "scan.json", json, strlen(json), scan->memory, err);
    }
    for (int i = 0; i < 3; i++)
        if (drafts[i])
            rl_draft_publish(drafts[i], err);
    if (rl_failed(err) && made)
        rmdir(folder);
    rl_writing_drop(&page);
    rl_writing_drop(&map);
    free(json);
    return !rl_failed(err);
}
