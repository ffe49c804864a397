/* The table of an adversarial study on the terminal: a line an arm, then a line a pair. */
#include "report/gan.h"

#include <stdio.h>

enum { COLUMNS = 6, MOST_WIDTH = 30 };

typedef struct {
    rl_words cells[COLUMNS];
} line;

static void write_lines(rl_writing *to, const line *lines, size_t count)
{
    size_t widths[COLUMNS] = { 0 };
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < COLUMNS; c++)
            widths[c] = rl_width(lines[i].cells[c].text) > widths[c] ? rl_width(lines[i].cells[c].text) : widths[c];
    for (size_t i = 0; i < count; i++) {
        size_t behind = widths[0] - rl_width(lines[i].cells[0].text);
        rl_write(to, "  %s", lines[i].cells[0].text);
        for (size_t c = 1; c < COLUMNS; c++) {
            behind += 2 + widths[c] - rl_width(lines[i].cells[c].text);
            if (!lines[i].cells[c].text[0]) {
                behind += rl_width(lines[i].cells[c].text);
                continue;
            }
            rl_write(to, "%*s%s", (int)behind, "", lines[i].cells[c].text);
            behind = 0;
        }
        rl_write(to, "\n");
    }
}

static rl_words text_of(const char *text)
{
    rl_words words;
    snprintf(words.text, sizeof words.text, "%s", text);
    return words;
}

static rl_words label_of(const rl_gan_results *results, size_t arm)
{
    rl_words words;
    rl_rivals_label(results->arms[arm], words.text, sizeof words.text);
    return words;
}

static line arm_line(const rl_gan_results *results, const rl_gan_arm *arm, size_t which)
{
    line made = { { label_of(results, which) } };
    snprintf(made.cells[1].text, sizeof made.cells[1].text, "%zu of %zu", arm->covered, arm->seeds);
    made.cells[2] = rl_say_mean(arm->last[RL_GAN_MODES], false);
    made.cells[3] = rl_say_mean(arm->last[RL_GAN_QUALITY], true);
    made.cells[4] = rl_say_mean(arm->last[RL_GAN_GENERATOR_DEAD], true);
    made.cells[5] = rl_say_mean(arm->last[RL_GAN_DISCRIMINATOR_DEAD], true);
    return made;
}

static line pair_line(const rl_gan_results *results, const rl_comparison *pair, size_t which)
{
    static const rl_gan_measure measures[] = { RL_GAN_MODES, RL_GAN_QUALITY, RL_GAN_GENERATOR_DEAD,
        RL_GAN_DISCRIMINATOR_DEAD };
    line made = { { label_of(results, which) } };
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++)
        snprintf(made.cells[i + 2].text, sizeof made.cells[i + 2].text, "%.60s (%.30s)",
            rl_say_change(pair[measures[i]].difference, measures[i] != RL_GAN_MODES).text,
            rl_say_p(pair[measures[i]].p_holm).text);
    return made;
}

char *rl_gan_table(const rl_gan_results *results, const rl_gan_summary *summary, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    rl_writing page = rl_writing_begin(results->memory, err);
    line *lines = rl_new(results->memory, results->arm_count + 2, sizeof *lines, err);
    size_t diverged = 0;
    if (lines) {
        rl_write(&page, "%s: %zu rows, %s; mean ± half of the 95 %% interval, shares in %%\n\n", results->data_name,
            results->rows, rl_say_count(results->seeds, "seed", "seeds").text);
        if (results->interrupted)
            rl_write(&page, "Interrupted: only the seeds that were done by then are counted.\n\n");
        const char *const above[COLUMNS] = { "", "all modes", "modes", "high", "dead units,", "dead units," },
                          *const below[COLUMNS] = { "", "covered", "covered", "quality", "generator", "discriminator" };
        for (size_t c = 0; c < COLUMNS; c++) {
            lines[0].cells[c] = text_of(above[c]);
            lines[1].cells[c] = text_of(below[c]);
        }
        for (size_t a = 0; a < results->arm_count; a++) {
            lines[a + 2] = arm_line(results, &summary->arms[a], a);
            diverged += summary->arms[a].diverged;
        }
        write_lines(&page, lines, results->arm_count + 2);
        if (results->arm_count > 1) {
            rl_write(&page, "\nDifference from %s, paired by seed (Holm's p)\n\n", label_of(results, 0).text);
            for (size_t a = 1; a < results->arm_count; a++)
                lines[a - 1] = pair_line(results, &summary->pairs[(a - 1) * RL_GAN_MEASURES], a);
            write_lines(&page, lines, results->arm_count - 1);
        }
        rl_write(&page,
            "\nHigh quality, of %d samples: %s.\n"
            "Covered: 1 %% of the samples or more are of high quality and of that mode.\n"
            "Dead: the slope is exactly 0 on all samples' noise (generator), or on all of up to %d real rows and %d "
            "samples.\n",
            RL_GAN_SAMPLES, rl_gan_rule(results).text, RL_GAN_JUDGED, RL_GAN_JUDGED);
        if (diverged)
            rl_write(&page, "%s diverged and left out of all means.\n", rl_say_count(diverged, "run", "runs").text);
    }
    rl_free(results->memory, lines);
    return rl_writing_end(&page);
}
