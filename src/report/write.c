/* A study's report: which files there are, and what makes them. */
#include "report/csv.h"
#include "report/gan.h"
#include "report/ledger.h"
#include "report/page.h"
#include "report/place.h"
#include "report/writing.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PLOTS = 16 };

typedef struct {
    const rl_results *results;
    const rl_summary *summary;
    const rl_plot *const *plots; /* [count]; NULL: the whole report */
    size_t count;
} report;

/* plots [*count]: those of the known [all] that this run wants. */
static bool draw(
    rl_place *p, const report *r, const rl_plot *const *known, size_t all, const rl_plot **plots, size_t *count)
{
    const char *names[MOST_PLOTS];
    *count = 0;
    for (size_t i = 0; i < all && !rl_failed(p->err); i++) {
        if (!known[i]->wanted(r->results)) {
            rl_place_no_plot(p, known[i]->name);
            continue;
        }
        rl_writing script = rl_writing_begin(p->memory, p->err), data = rl_writing_begin(p->memory, p->err);
        known[i]->script(&script, r->results, r->summary);
        known[i]->data(&data, r->results, r->summary);
        rl_place_plot(p, known[i]->name, &script, &data);
        names[*count] = known[i]->name;
        plots[(*count)++] = known[i];
    }
    return rl_place_draw(p, names, *count);
}

static bool write_page(rl_place *p, const report *r, const char *analysis, const rl_plot *const *plots, size_t count)
{
    rl_figure figures[MOST_PLOTS];
    char *svgs[MOST_PLOTS] = { NULL };
    for (size_t i = 0; i < count; i++) {
        svgs[i] = rl_place_svg(p, plots[i]->name);
        figures[i] = (rl_figure){ plots[i], svgs[i] };
    }
    if (!rl_failed(p->err)) {
        rl_writing page = rl_writing_begin(p->memory, p->err);
        rl_write_page(&page, r->results, r->summary, analysis, figures, count);
        rl_place_writing(p, "report", "html", &page);
    }
    for (size_t i = 0; i < count; i++)
        rl_free(p->memory, svgs[i]);
    return !rl_failed(p->err);
}

static bool make_all(rl_place *p, const report *r)
{
    const rl_plot *plots[MOST_PLOTS];
    size_t plot_count, all;
    const rl_plot *const *known = rl_plots(&all);
    char *analysis = rl_analysis(r->results, r->summary, p->err);
    rl_gan_no_plots(p);
    if (analysis && draw(p, r, known, all, plots, &plot_count) && write_page(p, r, analysis, plots, plot_count)) {
        rl_writing csv = rl_writing_begin(p->memory, p->err);
        rl_write_csv(&csv, r->results);
        rl_place_writing(p, "results", "csv", &csv);
        rl_writing events = rl_writing_begin(p->memory, p->err);
        rl_write_events_csv(&events, r->results);
        rl_place_writing(p, "events", "csv", &events);
        rl_place_text(p, "results", "json", rl_results_json(r->results, r->summary, p->err));
        rl_place_bytes(p, "analysis", "md", analysis, strlen(analysis));
    }
    free(analysis);
    return !rl_failed(p->err);
}

static bool make(rl_place *p, void *self)
{
    const report *r = self;
    const rl_plot *drawn[MOST_PLOTS];
    size_t count;
    return r->plots ? draw(p, r, r->plots, r->count, drawn, &count) : make_all(p, r);
}

bool rl_report_write(const rl_results *results, const rl_summary *summary, const char *folder, rl_error *err)
{
    report r = { .results = results, .summary = summary };
    return rl_place_fill(folder, make, &r, results->memory, err);
}

bool rl_plots_write(
    const rl_plot *const *plots, size_t count, const rl_results *results, const char *folder, rl_error *err)
{
    report r = { .results = results, .plots = plots, .count = count };
    return rl_place_fill(folder, make, &r, results->memory, err);
}
