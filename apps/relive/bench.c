/* relive bench: the benchmark's figures on the terminal or as JSON. What is measured, and how, stands in bench/. */
#define _POSIX_C_SOURCE 200809L
#include "bench/bench.h"
#include "program.h"
#include "progress.h"
#include "terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char self_path[] = "/proc/self/exe";

/* OPENBLAS_CORETYPE, set on some machines, makes a BLAS take the wrong kernels; it is read when a program starts. So
 * this one starts once more without it, and its children, the rivals, have none either. */
static void start_again_without_coretype(const request *asked)
{
    if (!getenv("OPENBLAS_CORETYPE"))
        return;
    unsetenv("OPENBLAS_CORETYPE");
    execv(self_path, asked->arguments); /* where that fails we go on: our own products may be slower, our rivals' not */
}

static bool keep_going(void *self)
{
    (void)self;
    return !interrupted();
}

static void show_progress(void *self, double share_done)
{
    progress_show(self, share_done);
}

/* ---- The table ---- */

/* Three significant digits with the unit's prefix: "203 M", "1.84 k", "41.2 m". */
static void say_number(double x, char text[32])
{
    static const struct {
        double of;
        const char *prefix;
    } steps[] = { { 1e9, " G" }, { 1e6, " M" }, { 1e3, " k" }, { 1, " " }, { 1e-3, " m" }, { 1e-6, " µ" },
        { 1e-9, " n" } };
    size_t i = 0;
    if (!isfinite(x)) {
        strcpy(text, "– ");
        return;
    }
    while (i < 6 && fabs(x) < steps[i].of)
        i++;
    double y = x / steps[i].of;
    snprintf(text, 32, "%.*f%s", y >= 100 ? 0 : y >= 10 ? 1 : 2, y, steps[i].prefix);
}

static void say_ratio(double x, const char *after, char text[32])
{
    snprintf(text, 32, "%.*f%s", x >= 100 ? 0 : x >= 10 ? 1 : x >= 2 ? 2 : 3, x, after);
}

static void say_promise(double at_least, double at_most, const char *after, char text[64])
{
    *text = '\0';
    if (at_least > 0 && at_most > 0)
        snprintf(text, 64, "%g to %g%s", at_least, at_most, after);
    else if (at_least > 0)
        snprintf(text, 64, "≥ %g%s", at_least, after);
    else if (at_most > 0)
        snprintf(text, 64, "≤ %g%s", at_most, after);
}

/* "    against pytorch              308 k      412 ×  (395 to 421)    ≥ 1000 ×  missed" */
static void print_line(
    const char *what, const char *value, const char *figure, const char *range, const char *promise, int kept)
{
    style look = terminal_style(stdout);
    printf("    %-26s", what);
    print_right(stdout, value, 8);
    print_right(stdout, figure, 9);
    printf("  %s%s%*s%s", look.dim, range, 16 - text_width(range) > 0 ? 16 - text_width(range) : 0, "", look.plain);
    print_right(stdout, promise, 14);
    printf("  %s%s%s\n", kept ? "" : look.first, kept < 0 ? "" : kept ? "reached" : "missed", look.plain);
}

static void print_ratio_line(const char *what, double theirs, double figure, double factor, const char *after,
    double least, double most, double at_least, double at_most, bool quick)
{
    char value[32] = "", ratio[32], low[32], high[32], range[80], promise[64];
    if (theirs >= 0)
        say_number(theirs, value);
    say_ratio(factor * figure, after, ratio);
    say_ratio(factor * least, "", low);
    say_ratio(factor * most, "", high);
    snprintf(range, sizeof range, "(%s to %s)", low, high);
    say_promise(factor * at_least, factor * at_most, after, promise);
    print_line(what, value, ratio, range, promise, quick ? -1 : rl_bench_kept(figure, at_least, at_most));
}

static void print_result(const rl_bench_result *r, bool quick)
{
    style look = terminal_style(stdout);
    char ours[32], promise[64];
    say_number(r->ours, ours);
    say_promise(0, r->at_most, "", promise);
    int kept = quick ? -1 : rl_bench_kept(r->ours, 0, r->at_most);
    const bool close = r->unit[0] == 's' || r->unit[0] == 'B'; /* "41.2 ms", "93.5 GB/s", but "203 M rows/s" */
    printf("\n  %s%s%s: %s%s%s", look.bold, r->title, look.plain, ours,
        close || ours[strlen(ours) - 1] == ' ' ? "" : " ", r->unit);
    printf("%s%s%s\n", *promise ? "; promised " : "", promise, kept < 0 ? "" : kept ? ", reached" : ", missed");
    if (*r->missing)
        printf("    %s\n", r->missing);
    for (size_t i = 0; i < r->against_count; i++) {
        const rl_bench_against *a = &r->against[i];
        char what[48];
        snprintf(what, sizeof what, "against %s", a->name);
        if (*a->missing)
            printf("    %-26s  %s\n", what, a->missing);
        else
            print_ratio_line(what, a->value, a->ratio, 1, " ×", a->least, a->most, a->at_least, a->at_most, quick);
        if (*a->setting)
            printf("      %s%s%s\n", look.dim, a->setting, look.plain);
    }
    if (*r->limit)
        print_ratio_line(!strcmp(r->limit, "memory") ? "of the memory's bandwidth" : "of the multiply-adds' peak", -1,
            r->share, 100, " %", r->share_least, r->share_most, r->share_at_least, 0, quick);
}

static void print_machine(const rl_bench_found *found)
{
    const rl_bench_machine *m = &found->machine;
    style look = terminal_style(stdout);
    printf("%s%s%s, %d processor%s, %d thread%s, %s kernels\n", look.bold, *m->processor ? m->processor : "processor",
        look.plain, m->processors, m->processors > 1 ? "s" : "", m->threads, m->threads > 1 ? "s" : "", m->kernels);
    printf("  multiply-adds  %.0f Gflop/s on one thread, %.0f on all\n", m->fma_peak_one, m->fma_peak);
    printf("  memory         %.1f GB/s on one thread, %.1f on all\n", m->memory_one, m->memory);
    printf("  rivals         PyTorch %s, NumPy %s, BLAS %s%s%s\n", *m->pytorch ? m->pytorch : "missing",
        *m->numpy ? m->numpy : "missing", *m->blas ? m->blas : "unknown", *m->blas_core ? ", core " : "", m->blas_core);
    if (!strcmp(m->blas, "reference"))
        printf("                 (the slow one: apt-get install libopenblas0-pthread)\n");
    if (found->quick)
        printf("  A trial run of one short round: the figures mean nothing.\n");
}

static void print_found(const rl_bench_found *found)
{
    print_machine(found);
    for (size_t i = 0; i < found->result_count; i++)
        print_result(&found->results[i], found->quick);
    printf("\nRatios are ours / theirs, medians over rounds in which both were timed in turn, with the\n"
           "range of the rounds. Both sides computed the same before they were timed. %.0f s.\n",
        found->seconds);
}

/* ---- The verb ---- */

static bool write_document(const char *folder, const char *document, rl_error *err)
{
    char path[4096];
    if (mkdir(folder, 0777) != 0 && !check_writable_folder("--out", folder, err))
        return false;
    snprintf(path, sizeof path, "%s/bench.json", folder);
    return rl_write_file(path, document, strlen(document), err);
}

static int put_out(const settings *s, const rl_bench_found *found, rl_error *err)
{
    char *document = rl_bench_json(found, err);
    if (!document)
        return EXIT_BAD_INPUT;
    bool written = !s->out || write_document(s->out, document, err);
    if (written && s->json)
        fputs(document, stdout);
    else if (written)
        print_found(found);
    free(document);
    return written ? EXIT_DONE : EXIT_BAD_INPUT;
}

int run_bench(const request *asked, rl_error *err)
{
    settings s;
    if (!settings_make(asked, NULL, &s, err) || (s.out && !check_writable_folder("--out", s.out, err)))
        return EXIT_BAD_INPUT;
    start_again_without_coretype(asked);
    progress bar;
    bench_config config = { .threads = s.threads,
        .quick = s.quick,
        .only = s.only_count ? s.only : NULL,
        .only_count = s.only_count,
        .program = self_path,
        .keep_going = keep_going,
        .progress = show_progress,
        .self = &bar };
    static rl_bench_found found;
    bool check_failed;
    interrupt_catch();
    progress_start(&bar);
    bool ran = bench_run(&config, &found, &check_failed, err);
    progress_end(&bar);
    if (ran)
        return put_out(&s, &found, err);
    if (!check_failed)
        return EXIT_BAD_INPUT;
    fprintf(stderr, "relive: %s\n", err->text);
    *err = (rl_error){ 0 };
    return EXIT_CHECK_FAILED;
}
