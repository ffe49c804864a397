/* What the benchmark found, as JSON. */
#include "format/json.h"
#include "relive_study.h"

#include <math.h>
#include <string.h>

int rl_bench_kept(double figure, double at_least, double at_most)
{
    if (!isfinite(figure) || (at_least == 0 && at_most == 0))
        return -1;
    return (at_least == 0 || figure >= at_least) && (at_most == 0 || figure <= at_most);
}

static rl_json *text_or_null(const char *text)
{
    return *text ? rl_json_text(text) : rl_json_null();
}

/* A figure, its range over the rounds, and what is promised of it; of a trial run nothing is judged. */
static void set_promise(rl_json **object, double figure, double at_least, double at_most, bool quick)
{
    int kept = quick ? -1 : rl_bench_kept(figure, at_least, at_most);
    rl_json_set(object, "at_least", at_least > 0 ? rl_json_number(at_least) : rl_json_null());
    rl_json_set(object, "at_most", at_most > 0 ? rl_json_number(at_most) : rl_json_null());
    rl_json_set(object, "reached", kept < 0 ? rl_json_null() : rl_json_bool(kept));
}

static rl_json *range(double least, double most)
{
    const double ends[] = { least, most };
    return isfinite(least) && isfinite(most) ? rl_json_numbers(ends, 2) : rl_json_null();
}

static rl_json *against_json(const rl_bench_against *a, bool quick)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "value", rl_json_number(a->value));
    rl_json_set(&object, "ratio", rl_json_number(a->ratio));
    rl_json_set(&object, "range", range(a->least, a->most));
    set_promise(&object, a->ratio, a->at_least, a->at_most, quick);
    rl_json_set(&object, "setting", text_or_null(a->setting));
    rl_json_set(&object, "missing", text_or_null(a->missing));
    return object;
}

static rl_json *limit_json(const rl_bench_result *r, bool quick)
{
    if (!*r->limit)
        return rl_json_null();
    rl_json *object = rl_json_object();
    rl_json_set(&object, "name", rl_json_text(r->limit));
    rl_json_set(&object, "range", range(r->share_least, r->share_most));
    set_promise(&object, r->share, r->share_at_least, 0, quick);
    return object;
}

static rl_json *result_json(const rl_bench_result *r, bool quick)
{
    rl_json *object = rl_json_object(), *against = rl_json_object();
    rl_json_set(&object, "name", rl_json_text(r->name));
    rl_json_set(&object, "title", rl_json_text(r->title));
    rl_json_set(&object, "ours", rl_json_number(r->ours));
    rl_json_set(&object, "unit", rl_json_text(r->unit));
    rl_json_set(&object, "range", range(r->least, r->most));
    set_promise(&object, r->ours, 0, r->at_most, quick);
    for (size_t i = 0; i < r->against_count; i++)
        rl_json_set(&against, r->against[i].name, against_json(&r->against[i], quick));
    rl_json_set(&object, "against", against);
    rl_json_set(&object, "share_of_limit", rl_json_number(r->share));
    rl_json_set(&object, "limit", limit_json(r, quick));
    rl_json_set(&object, "missing", text_or_null(r->missing));
    return object;
}

static rl_json *machine_json(const rl_bench_machine *m)
{
    rl_json *object = rl_json_object();
    rl_json_set(&object, "processor", text_or_null(m->processor));
    rl_json_set(&object, "processors", rl_json_integer(m->processors));
    rl_json_set(&object, "threads", rl_json_integer(m->threads));
    rl_json_set(&object, "kernels", rl_json_text(m->kernels));
    rl_json_set(&object, "fma_peak_gflops", rl_json_number(m->fma_peak));
    rl_json_set(&object, "fma_peak_gflops_one_thread", rl_json_number(m->fma_peak_one));
    rl_json_set(&object, "memory_gb_per_s", rl_json_number(m->memory));
    rl_json_set(&object, "memory_gb_per_s_one_thread", rl_json_number(m->memory_one));
    rl_json_set(&object, "blas", text_or_null(m->blas));
    rl_json_set(&object, "blas_core", text_or_null(m->blas_core));
    rl_json_set(&object, "pytorch", text_or_null(m->pytorch));
    rl_json_set(&object, "numpy", text_or_null(m->numpy));
    rl_json_set(&object, "python", text_or_null(m->python));
    return object;
}

char *rl_bench_json(const rl_bench_found *found, rl_error *err)
{
    rl_json *document = rl_json_object(), *results = rl_json_array();
    for (size_t i = 0; i < found->result_count; i++)
        rl_json_push(&results, result_json(&found->results[i], found->quick));
    rl_json_set(&document, "schema", rl_json_integer(1));
    rl_json_set(&document, "quick", rl_json_bool(found->quick));
    rl_json_set(&document, "seconds", rl_json_number(found->seconds));
    rl_json_set(&document, "machine", machine_json(&found->machine));
    rl_json_set(&document, "results", results);
    char *page = rl_json_page(document, err);
    rl_json_free(document);
    return page;
}
