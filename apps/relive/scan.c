/* relive scan: the vital signs of a model on a data set, or of activations that some program dumped. */
#include "program.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>

/* What no single option can know. */
static bool check(const request *asked, const settings *s, rl_error *err)
{
    if (!s->dump && !asked->operand)
        return rl_fail(err, RL_BAD_CONFIG, "scan needs a MODEL or --dump FILE; see relive scan --help");
    if (s->dump && asked->operand)
        return rl_fail(
            err, RL_BAD_CONFIG, "scan takes a MODEL or --dump FILE, found both \"%.60s\" and --dump", asked->operand);
    if (s->dump && request_has(asked, "data"))
        return rl_fail(err, RL_BAD_CONFIG, "--data: a dump is its own reference set");
    if (s->dump && s->box)
        return rl_fail(err, RL_BAD_CONFIG, "--box: a proof needs weights, and a dump has none");
    if (!s->dump && (s->pre || s->post))
        return rl_fail(err, RL_BAD_CONFIG, "--%s goes with --dump FILE", s->pre ? "pre" : "post");
    if (!s->dump && (request_has(asked, "activation") || request_has(asked, "at-zero")))
        return rl_fail(err, RL_BAD_CONFIG, "--%s goes with --dump FILE: a model knows its own curves",
            request_has(asked, "activation") ? "activation" : "at-zero");
    if (s->dump && s->pre == s->post)
        return rl_fail(err, RL_BAD_CONFIG, "--dump needs --pre (what goes into the curve) or --post (what comes out)%s",
            s->pre ? ", not both" : "");
    return !s->report || check_writable_folder("--report", s->report, err);
}

static bool look(const request *asked, const settings *s, rl_scan *found, rl_error *err)
{
    if (s->dump)
        return rl_scan_dump(found, s->dump,
            (rl_dump_config){ .post = s->post,
                .arm = request_has(asked, "activation") ? &s->arms[0] : NULL,
                .thresholds = s->thresholds },
            err);
    rl_model model;
    if (!rl_model_load(&model, asked->operand, (rl_memory){ 0 }, err))
        return false;
    bool done = rl_scan_model(found, &model, asked->operand,
        (rl_scan_config){
            .data = s->data, .box = s->box, .reading = { .seed = s->data_seed }, .thresholds = s->thresholds },
        err);
    rl_model_free(&model);
    return done;
}

static bool show(const rl_scan *found, const settings *s, rl_error *err)
{
    char *text = s->json ? rl_scan_json(found, err) : rl_scan_table(found, terminal_colour(stdout), err);
    if (text && (!s->report || rl_scan_report(found, s->report, err))) {
        fputs(text, stdout);
        if (s->report && !s->json)
            printf("\nThe page is %s/scan.html\n", s->report);
    }
    free(text);
    return err->code == RL_OK;
}

/* Exit code 1 where more of the hidden units are dead than was allowed. */
static int judge(const rl_scan *found, double most, rl_error *err)
{
    bool known;
    size_t dead = rl_scan_count(found, RL_DEAD, &known), units = rl_scan_units(found);
    if (most < 0)
        return EXIT_DONE;
    if (!known) {
        rl_fail(err, RL_BAD_CONFIG, "--fail-over: which units are dead cannot be told from these values");
        return EXIT_BAD_INPUT;
    }
    if ((double)dead / (double)units <= most)
        return EXIT_DONE;
    fprintf(stderr, "relive: %zu of %zu hidden units are dead, more than %g %%\n", dead, units, 100 * most);
    return EXIT_CHECK_FAILED;
}

int run_scan(const request *asked, rl_error *err)
{
    settings s;
    rl_scan found = { 0 };
    int code = EXIT_BAD_INPUT;
    if (!settings_make(asked, NULL, &s, err) || !check(asked, &s, err) || !look(asked, &s, &found, err))
        return code;
    code = judge(&found, s.fail_over, err);
    if (code != EXIT_BAD_INPUT && !show(&found, &s, err))
        code = EXIT_BAD_INPUT;
    rl_scan_free(&found);
    return code;
}
