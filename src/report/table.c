/* The table on the terminal: what each arm came to, then how the arms of a regime differ. At most 100 columns. */
#include "report/judge.h"
#include "report/palette.h"
#include "report/words.h"
#include "report/writing.h"

#include <stdio.h>
#include <string.h>

enum { MOST_COLUMNS = 8, PAGE_WIDTH = 100, INDENT = 2, GAP = 2, LEAST_NAME = 12 };

typedef enum { PLAIN, BOLD, DIM, TITLE } table_look;

/* One line of cells; the first is aligned left, the others right. A line with a title spans all columns. */
typedef struct {
    table_look look;
    int ink; /* colour of the first cell, 0: none */
    rl_words cells[MOST_COLUMNS];
} table_line;

typedef struct {
    size_t columns, count, room;
    table_line *lines; /* [room] */
} table_grid;

static table_line *next_line(table_grid *grid, table_look look)
{
    table_line *line = &grid->lines[grid->count++];
    line->look = look;
    return line;
}

static void set(table_line *line, size_t column, const char *text)
{
    size_t length = strlen(text);
    if (length >= sizeof line->cells[column].text)
        length = sizeof line->cells[column].text - 1;
    memcpy(line->cells[column].text, text, length);
    line->cells[column].text[length] = '\0';
}

static void title_line(table_grid *grid, const char *title)
{
    set(next_line(grid, TITLE), 0, title);
}

/* ---- What stands in it ---- */

/* The arm as it was asked for: short, and what one types. */
static void set_label(table_line *line, rl_arm arm)
{
    rl_arm_label(arm, line->cells[0].text, sizeof line->cells[0].text);
}

/* "97.2±0.3": a hundred columns have no room for the spaces. */
static void set_mean(table_line *line, size_t column, rl_estimate e, bool percent)
{
    rl_words mean = rl_say_mean(e, percent);
    char *spaced = strstr(mean.text, " ± ");
    if (spaced) {
        size_t sign = strlen("±");
        memmove(spaced, spaced + 1, sign);
        memmove(spaced + sign, spaced + sign + 2, strlen(spaced + sign + 2) + 1);
    }
    set(line, column, mean.text);
}

/* A study of overfitting has the gap between training and test where others have the units that were born dead. */
static bool has_gap(const rl_results *results)
{
    return results->topic == &rl_topic_overfitting && results->test_rows > 0;
}

static bool has_accuracy(const rl_results *results)
{
    return results->classes > 0;
}

static void arm_headers(table_grid *grid, const rl_results *results)
{
    table_line *above = next_line(grid, DIM), *below = next_line(grid, DIM);
    size_t c = 1;
    set(above, c, "training");
    set(below, c++, "loss");
    if (has_accuracy(results)) {
        set(above, c, "training");
        set(below, c++, "accuracy");
        if (results->test_rows) {
            set(above, c, "test");
            set(below, c++, "accuracy");
        }
    }
    set(above, c, has_gap(results) ? "" : "dead at");
    set(below, c++, has_gap(results) ? "gap" : "start");
    set(above, c, "dead at");
    set(below, c++, "end");
    set(above, c, "silent at");
    set(below, c++, "end");
    set(below, c++, "diverged");
    grid->columns = c;
}

static void arm_line(table_grid *grid, const rl_results *results, const rl_arm_summary *arm, bool colour)
{
    table_line *line = next_line(grid, PLAIN);
    line->ink = colour ? rl_ink_of_arm(results, arm->arm).terminal : 0;
    size_t c = 1;
    set_label(line, results->arms[arm->arm]);
    set_mean(line, c++, arm->final_loss, false);
    if (has_accuracy(results)) {
        set_mean(line, c++, arm->train_accuracy, true);
        if (results->test_rows)
            set_mean(line, c++, arm->test_accuracy, true);
    }
    if (has_gap(results))
        set_mean(line, c++, arm->gap, results->classes > 0);
    else
        set_mean(line, c++, arm->dead_first, true);
    set_mean(line, c++, arm->dead_last, true);
    set_mean(line, c++, arm->silent_last, true);
    snprintf(line->cells[c].text, sizeof line->cells[c].text, "%zu/%zu", arm->diverged, arm->seeds);
}

/* With the gap there is room for one p only, the corrected one, and for the dead no interval: the report has all. */
static void gap_headers(table_grid *grid, const rl_results *results)
{
    static const char *const WHAT[] = { NULL, "gap", "dead units" };
    table_line *above = next_line(grid, DIM), *below = next_line(grid, DIM);
    for (size_t i = 0; i < 3; i++) {
        set(above, 1 + 2 * i, i ? WHAT[i] : rl_measure(results));
        set(below, 1 + 2 * i, results->classes || i == 2 ? "points" : "");
        set(below, 2 + 2 * i, "Holm p");
    }
    grid->columns = 7;
}

static void pair_headers(table_grid *grid, const rl_results *results)
{
    if (has_gap(results)) {
        gap_headers(grid, results);
        return;
    }
    table_line *above = next_line(grid, DIM), *below = next_line(grid, DIM);
    set(above, 1, rl_measure(results));
    set(below, 1, results->classes ? "points" : "");
    set(below, 2, "p");
    set(below, 3, "Holm p");
    set(above, 4, "dead units");
    set(below, 4, "points");
    set(below, 5, "p");
    set(below, 6, "Holm p");
    grid->columns = 7;
}

static void comparison_cells(table_line *line, size_t column, const rl_comparison *c, bool shares)
{
    set(line, column, rl_say_difference(c->difference, shares).text);
    set(line, column + 1, rl_say_p(c->p).text);
    set(line, column + 2, rl_say_p(c->p_holm).text);
}

static bool is_shown(const rl_comparison *c)
{
    rl_verdict verdict = rl_judge(c);
    return verdict == RL_HIGHER || verdict == RL_LOWER;
}

static void pair_line(table_grid *grid, const rl_results *results, const rl_pair_summary *pair, bool colour)
{
    table_line *line = next_line(grid,
        is_shown(&pair->test_accuracy) || is_shown(&pair->dead_share) || (has_gap(results) && is_shown(&pair->gap))
            ? BOLD
            : PLAIN);
    line->ink = colour ? rl_ink_of_arm(results, pair->b).terminal : 0;
    set_label(line, results->arms[pair->b]);
    if (has_gap(results)) {
        const rl_comparison *all[] = { &pair->test_accuracy, &pair->gap, &pair->dead_share };
        for (size_t i = 0; i < 3; i++) {
            const rl_estimate d = all[i]->difference;
            set(line, 1 + 2 * i,
                i == 2 ? rl_say_change(d, true).text : rl_say_difference(d, results->classes > 0).text);
            set(line, 2 + 2 * i, rl_say_p(all[i]->p_holm).text);
        }
        return;
    }
    comparison_cells(line, 1, &pair->test_accuracy, results->classes > 0);
    comparison_cells(line, 4, &pair->dead_share, true);
}

/* ---- How it is laid out ---- */

static void clip(rl_words *words, size_t width)
{
    if (rl_width(words->text) <= width)
        return;
    char *c = words->text;
    for (size_t seen = 0; *c; c++)
        if (((unsigned char)*c & 0xC0) != 0x80 && ++seen == width)
            break;
    memcpy(c, "…", sizeof "…");
}

static void spaces(rl_writing *to, size_t count)
{
    rl_write(to, "%*s", (int)count, "");
}

static void write_grid(rl_writing *to, table_grid *grid, bool colour)
{
    size_t widths[MOST_COLUMNS] = { 0 }, total = INDENT;
    for (size_t i = 0; i < grid->count; i++)
        for (size_t c = 0; c < grid->columns && grid->lines[i].look != TITLE; c++) {
            size_t width = rl_width(grid->lines[i].cells[c].text);
            widths[c] = width > widths[c] ? width : widths[c];
        }
    for (size_t c = 0; c < grid->columns; c++)
        total += widths[c] + (c ? GAP : 0);
    if (total > PAGE_WIDTH) {
        size_t excess = total - PAGE_WIDTH;
        widths[0] = widths[0] > excess + LEAST_NAME ? widths[0] - excess : LEAST_NAME;
    }
    for (size_t i = 0; i < grid->count; i++) {
        table_line *line = &grid->lines[i];
        bool title = line->look == TITLE;
        const char *look = title || line->look == BOLD ? "\033[1m" : line->look == DIM ? "\033[2m" : "";
        if (!title)
            spaces(to, INDENT);
        if (colour)
            rl_write(to, "%s", look);
        if (colour && line->ink)
            rl_write(to, "\033[38;5;%dm", line->ink);
        if (!title)
            clip(&line->cells[0], widths[0]);
        rl_write(to, "%s", line->cells[0].text);
        if (colour && line->ink)
            rl_write(to, "\033[39m");
        size_t behind = widths[0] > rl_width(line->cells[0].text) ? widths[0] - rl_width(line->cells[0].text) : 0;
        for (size_t c = 1; c < grid->columns && !title; c++) {
            size_t width = rl_width(line->cells[c].text);
            behind += GAP + widths[c] - width;
            if (!width)
                continue;
            spaces(to, behind);
            rl_write(to, "%s", line->cells[c].text);
            behind = 0;
        }
        rl_write(to, colour && *look ? "\033[0m\n" : "\n");
    }
}

static void write_heading(rl_writing *to, const rl_results *results)
{
    rl_write(to, "%s: %zu training", rl_data_title(results).text, results->train_rows);
    if (results->test_rows)
        rl_write(to, " and %zu test", results->test_rows);
    rl_write(to, " rows, %s", rl_say_count(results->seeds, "seed", "seeds").text);
    rl_write(
        to, "\n%saccuracies and shares of units in %%\n", results->seeds > 1 ? "mean±half of the 95 % interval; " : "");
    if (results->interrupted)
        rl_write(to, "Interrupted: only the seeds that were done by then are counted.\n");
    rl_write(to, "\n");
}

static void write_notes(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    size_t diverged = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        diverged += summary->arms[i].diverged;
    rl_write(to,
        "\nDead: the unit's slope is exactly 0 on each of the %zu training rows.\nSilent: z ≤ 0 on each of them.\n",
        results->train_rows);
    if (rl_any_gates(results))
        rl_write(to, "–: gated cells have no units that could die, for their slopes are nowhere exactly 0.\n");
    if (has_gap(results))
        rl_write(
            to, "Gap: %s.\n", results->classes ? "training accuracy − test accuracy" : "test loss − training loss");
    if (diverged)
        rl_write(to, "Diverged runs are counted in the last column and left out of every other.\n");
}

char *rl_results_table(const rl_results *results, const rl_summary *summary, bool colour, rl_error *err)
{
    if (rl_failed(err))
        return NULL;
    size_t room = 2 + results->setting_count * (results->arm_count + 1);
    table_line *lines = rl_new(results->memory, room, sizeof *lines, err);
    rl_writing page = rl_writing_begin(results->memory, err);
    if (lines) {
        table_grid arms = { .lines = lines, .room = room };
        arm_headers(&arms, results);
        for (size_t s = 0; s < results->setting_count; s++) {
            title_line(&arms, rl_setting_title(results, s).text);
            for (size_t a = 0; a < results->arm_count; a++)
                arm_line(&arms, results, &summary->arms[s * results->arm_count + a], colour);
        }
        write_heading(&page, results);
        write_grid(&page, &arms, colour);
    }
    if (lines && summary->pair_count) {
        memset(lines, 0, room * sizeof *lines);
        table_grid pairs = { .lines = lines, .room = room };
        pair_headers(&pairs, results);
        for (size_t i = 0; i < summary->pair_count; i++) {
            if (i == 0 || summary->pairs[i].setting != summary->pairs[i - 1].setting)
                title_line(&pairs, rl_setting_title(results, summary->pairs[i].setting).text);
            pair_line(&pairs, results, &summary->pairs[i], colour);
        }
        rl_write(&page, "\nDifference from %s, paired by seed%s\n\n", rl_arm_within(results, 0).text,
            results->seeds > 1 ? ": mean [95 % interval]" : "");
        write_grid(&page, &pairs, colour);
    }
    if (lines)
        write_notes(&page, results, summary);
    rl_free(results->memory, lines);
    return rl_writing_end(&page);
}
