/* The scan on the terminal: how many units of each layer each word fits, then which units they are. */
#include "report/scan_pieces.h"
#include "report/words.h"
#include "report/writing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    rl_word word;
    const char *meaning;
} meanings[] = {
    { RL_DEAD, "the slope is exactly 0 on every example" },
    { RL_NEARLY_DEAD, "the slope is not 0 on a few examples only" },
    { RL_SILENT, "z <= 0 on every example" },
    { RL_DORMANT, "mean |a| is small beside the layer's average" },
    { RL_ALWAYS_ON, "z > 0 on every example" },
    { RL_UNVARYING, "a is the same on every example" },
    { RL_SATURATED, "not dead, but the slope is tiny on every example" },
    { RL_STARVED, "it conducts, but no path leads on to an output where it does" },
    { RL_SEVERED, "all outgoing weights are 0" },
    { RL_BROKEN, "z is not finite somewhere" },
    { RL_PROVED_DEAD, "the slope is 0 for every input in the box, seen or not" },
};

const char *rl_scan_meaning(rl_word word)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (meanings[i].word == word)
            return meanings[i].meaning;
    return "none of these words fits";
}

rl_word rl_scan_shown(const rl_scanned_layer *layer, int unit)
{
    return rl_word_shown(layer->signs[unit].words & layer->known);
}

/* A layer's name may be anything: shown to the width of its column, without control characters. */
static void write_name(rl_writing *to, const char *name, size_t width)
{
    size_t used = 0;
    for (; *name && used < width; used++) {
        size_t bytes = 1;
        while (((unsigned char)name[bytes] & 0xC0) == 0x80)
            bytes++;
        if ((unsigned char)*name < 0x20 || *name == 0x7F)
            rl_write(to, "?");
        else
            rl_write_bytes(to, name, bytes);
        name += bytes;
    }
    rl_write(to, "%*s", (int)(width - used), "");
}

static void write_ids(rl_writing *to, const rl_scanned_layer *layer, rl_word word)
{
    enum { SHOWN = 16 };
    int shown = 0, more = 0;
    for (int u = 0; u < layer->units; u++) {
        if (!(layer->signs[u].words & word))
            continue;
        if (shown < SHOWN)
            rl_write(to, "%s%d", shown++ ? ", " : "", u);
        else
            more++;
    }
    if (more)
        rl_write(to, " and %d more", more);
}

/* Only words that fit some unit, or that cannot be told, take a column's place. */
static void write_word(
    rl_writing *to, const rl_scan *scan, rl_word word, const char *bold, const char *dim, const char *plain)
{
    bool known;
    size_t count = rl_scan_count(scan, word, &known);
    if (word == RL_PROVED_DEAD && !scan->box)
        return;
    if (!known) {
        rl_write(to, "  %s%-12s %7s  %s: cannot be told from these values%s\n", dim, rl_word_name(word), "unknown",
            rl_scan_meaning(word), plain);
        return;
    }
    double share = (double)count / (double)rl_scan_units(scan);
    rl_write(to, "  %s%-12s %7zu %s%5s %%  %s%s%s\n", count ? bold : "", rl_word_name(word), count, plain,
        rl_say_percent(share).text, dim, rl_scan_meaning(word), plain);
    for (size_t i = 0; count && i < scan->layer_count; i++) {
        const rl_scanned_layer *layer = &scan->layers[i];
        bool any = false;
        for (int u = 0; u < layer->units; u++)
            any = any || (layer->signs[u].words & word);
        if (!any)
            continue;
        rl_write(to, "      ");
        write_name(to, layer->name, rl_width(layer->name) < 24 ? rl_width(layer->name) : 24);
        rl_write(to, ": ");
        write_ids(to, layer, word);
        rl_write(to, "\n");
    }
}

static void write_layers(rl_writing *to, const rl_scan *scan, const char *bold, const char *plain)
{
    rl_write(to, "  %s%-16s %-16s %6s %6s %9s %11s%s\n", bold, "layer", "activation", "units", "dead", "sparsity",
        "dispersion", plain);
    for (size_t i = 0; i < scan->layer_count; i++) {
        const rl_scanned_layer *layer = &scan->layers[i];
        size_t dead = 0;
        char count[24] = "unknown", sparsity[24] = "unknown", dispersion[24] = "unknown";
        for (int u = 0; u < layer->units; u++)
            dead += (layer->signs[u].words & RL_DEAD) != 0;
        if (layer->known & RL_DEAD)
            snprintf(count, sizeof count, "%zu", dead);
        if (isfinite(layer->sparsity))
            snprintf(sparsity, sizeof sparsity, "%.1f %%", 100 * layer->sparsity);
        if (isfinite(layer->dispersion))
            snprintf(dispersion, sizeof dispersion, "%.3f", layer->dispersion);
        rl_write(to, "  ");
        write_name(to, layer->name, 16);
        rl_write(to, " %-16s %6d %6s %9s %11s\n", layer->activation[0] ? layer->activation : "unknown", layer->units,
            count, sparsity, dispersion);
    }
}

/* The rows are no evidence of a proof: it has its own line. */
static void write_box(rl_writing *to, const rl_scan *scan)
{
    if (!scan->box)
        return;
    rl_write(to, "  proved dead: for every input in the box ");
    write_name(to, scan->box, rl_width(scan->box));
    if (!strcmp(scan->box, "data"))
        rl_write(to, " (from the least to the largest value of each feature in these rows)");
    rl_write(to, "\n");
}

char *rl_scan_table(const rl_scan *scan, bool colour, rl_error *err)
{
    const char *bold = colour ? "\033[1m" : "", *dim = colour ? "\033[2m" : "", *plain = colour ? "\033[0m" : "";
    rl_writing to = rl_writing_begin(scan->memory, err);
    rl_write(&to, "%s", bold);
    write_name(&to, scan->source, rl_width(scan->source));
    rl_write(
        &to, "%s: %zu hidden units, judged on %llu rows", plain, rl_scan_units(scan), (unsigned long long)scan->rows);
    if (scan->dump) {
        rl_write(&to, " of dumped %s\n\n", scan->post ? "outputs (a)" : "pre-activations (z)");
    } else {
        rl_write(&to, " of ");
        write_name(&to, scan->data, rl_width(scan->data));
        rl_write(&to, "\n");
        write_box(&to, scan);
        rl_write(&to, "\n");
    }
    write_layers(&to, scan, bold, plain);
    rl_write(&to, "\n  %s%-12s %7s %7s  %s%s\n", bold, "word", "units", "share", "meaning on these rows", plain);
    for (int w = 0; w < RL_WORDS; w++)
        write_word(&to, scan, rl_scan_words[w], bold, dim, plain);
    rl_write(&to, "\n  Sparsity is the share of zeros among all outputs; it is not death. Words overlap.\n");
    return rl_writing_end(&to);
}
