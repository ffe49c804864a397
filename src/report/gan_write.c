/* An adversarial study's report: which files there are, and what makes them. */
#include "report/gan.h"
#include "report/plots.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PLOTS = 8 };

typedef struct {
    const rl_gan_results *results;
    const rl_gan_summary *summary;
} report;

static void write_page(
    rl_place *p, const report *r, const char *analysis, const rl_gan_plot *const *plots, size_t count)
{
    rl_gan_figure figures[MOST_PLOTS];
    char *svgs[MOST_PLOTS] = { NULL };
    for (size_t i = 0; i < count; i++) {
        svgs[i] = rl_place_svg(p, plots[i]->name);
        figures[i] = (rl_gan_figure){ plots[i], svgs[i] };
    }
    if (p->err->code == RL_OK) {
        rl_writing page = rl_writing_begin(p->memory, p->err);
        rl_write_gan_page(&page, r->results, r->summary, analysis, figures, count);
        rl_place_writing(p, "report", "html", &page);
    }
    for (size_t i = 0; i < count; i++)
        rl_free(p->memory, svgs[i]);
}

static bool draw(rl_place *p, const report *r, const rl_gan_plot *const *plots, size_t count)
{
    const char *names[MOST_PLOTS];
    for (size_t i = 0; i < count; i++) {
        rl_writing script = rl_writing_begin(p->memory, p->err), data = rl_writing_begin(p->memory, p->err);
        plots[i]->script(&script, r->results, r->summary);
        plots[i]->data(&data, r->results, r->summary);
        rl_place_plot(p, plots[i]->name, &script, &data);
        names[i] = plots[i]->name;
    }
    return rl_place_draw(p, names, count);
}

/* What a study of other nets left in the folder goes. */
static void take_others_away(rl_place *p)
{
    size_t count;
    const rl_plot *const *others = rl_plots(&count);
    for (size_t i = 0; i < count; i++)
        rl_place_no_plot(p, others[i]->name);
}

static bool make(rl_place *p, void *self)
{
    const report *r = self;
    size_t count;
    const rl_gan_plot *const *plots = rl_gan_plots(&count);
    char *analysis = rl_gan_analysis(r->results, r->summary, p->err);
    take_others_away(p);
    if (analysis && draw(p, r, plots, count)) {
        write_page(p, r, analysis, plots, count);
        rl_writing csv = rl_writing_begin(p->memory, p->err), events = rl_writing_begin(p->memory, p->err);
        rl_write_gan_csv(&csv, r->results);
        rl_place_writing(p, "results", "csv", &csv);
        rl_write_gan_events(&events, r->results);
        rl_place_writing(p, "events", "csv", &events);
        rl_place_text(p, "results", "json", rl_gan_json(r->results, r->summary, p->err));
        rl_place_bytes(p, "analysis", "md", analysis, strlen(analysis));
    }
    free(analysis);
    return p->err->code == RL_OK;
}

bool rl_gan_report_write(
    const rl_gan_results *results, const rl_gan_summary *summary, const char *folder, rl_error *err)
{
    report r = { results, summary };
    return rl_place_fill(folder, make, &r, results->memory, err);
}
