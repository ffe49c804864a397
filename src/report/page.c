#include "report/page.h"
#include "report/command.h"
#include "report/judge.h"
#include "report/ledger.h"
#include "report/palette.h"
#include "report/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    rl_writing *to;
    const rl_results *results;
    const rl_summary *summary;
} report_page;

static const rl_arm_summary *arm_at(const report_page *page_of, size_t setting, size_t arm)
{
    return &page_of->summary->arms[setting * page_of->results->arm_count + arm];
}

/* NULL for the first arm, which is what the others are compared with. */
static const rl_pair_summary *pair_at(const report_page *page_of, size_t setting, size_t arm)
{
    return arm ? &page_of->summary->pairs[setting * (page_of->results->arm_count - 1) + arm - 1] : NULL;
}

/* ---- Small pieces ---- */

static void write_arm(const report_page *p, size_t arm)
{
    rl_write(p->to, "<span class=\"dot\" style=\"background:%s\"></span>", rl_ink_of_arm(p->results, arm).colour);
    rl_write_html(p->to, rl_arm_title(p->results->arms[arm]).text);
}

static void cell(const report_page *p, const char *text)
{
    rl_write(p->to, "<td>");
    rl_write_html(p->to, text);
    rl_write(p->to, "</td>");
}

/* Bold where a difference could be shown. */
static void difference_cells(const report_page *p, const rl_comparison *c, bool shares)
{
    rl_verdict verdict = rl_judge(c);
    rl_write(p->to, verdict == RL_HIGHER || verdict == RL_LOWER ? "<td class=\"shown\">%s</td>" : "<td>%s</td>",
        rl_say_difference(c->difference, shares).text);
    cell(p, rl_say_p(c->p_holm).text);
}

static void open_table(const report_page *p, const char *label)
{
    rl_write(
        p->to, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>\n<thead><tr>", label);
}

static void head(const report_page *p, const char *text)
{
    rl_write(p->to, "<th scope=\"col\"%s>",
        strcmp(text, "Activation") == 0 || strcmp(text, "Cure") == 0 || strcmp(text, "Setting") == 0 ? " class=\"left\""
                                                                                                     : "");
    rl_write_html(p->to, text);
    rl_write(p->to, "</th>");
}

static void diverged_cell(const report_page *p, const rl_arm_summary *arm)
{
    char text[64];
    snprintf(text, sizeof text, "%zu of %zu", arm->diverged, arm->seeds);
    cell(p, text);
}

static const char *capital_measure(const rl_results *results)
{
    if (results->classes)
        return results->test_rows ? "Test accuracy" : "Training accuracy";
    return results->test_rows ? "Test loss" : "Training loss";
}

/* ---- Beginning: what came out, in a sentence and a table ---- */

static void write_title(const report_page *p)
{
    const rl_results *results = p->results;
    if (results->topic == &rl_topic_overfitting || results->topic == &rl_topic_alpha) {
        rl_write(p->to, "%s on ",
            results->topic == &rl_topic_alpha ? "Which slope below zero? α" : "Overfitting and its cures");
        rl_write_html(p->to, rl_data_title(results).text);
        return;
    }
    rl_write_html(p->to, rl_arm_short(results, 0).text);
    if (results->arm_count == 2) {
        rl_write(p->to, " and ");
        rl_write_html(p->to, rl_arm_short(results, 1).text);
    } else if (results->arm_count > 2) {
        rl_write(p->to, " and %zu other activations", results->arm_count - 1);
    }
    rl_write(p->to, " on ");
    rl_write_html(p->to, rl_data_title(results).text);
}

static rl_words how_many(size_t number)
{
    rl_words words = { "none" };
    if (number)
        snprintf(words.text, sizeof words.text, "%zu", number);
    return words;
}

static void write_finding(const report_page *p)
{
    const rl_results *results = p->results;
    size_t better = 0, worse = 0, undecided = 0;
    for (size_t i = 0; i < p->summary->pair_count; i++) {
        rl_outcome outcome = rl_outcome_of(results, &p->summary->pairs[i]);
        better += outcome == RL_BETTER;
        worse += outcome == RL_WORSE;
        undecided += outcome == RL_UNDECIDED && rl_judge(&p->summary->pairs[i].test_accuracy) != RL_NO_PAIRS;
    }
    if (results->arm_count == 1)
        rl_write(p->to, "One %s was trained; there is nothing to compare it with.",
            rl_arm_is_cure(results->arms[0]) ? "arm" : "activation");
    else if (results->seeds == 1)
        rl_write(p->to,
            "A single seed cannot tell an activation’s doing from luck: here are its numbers, without a winner.");
    else if (better + worse + undecided == 0)
        rl_write(p->to, "Too few runs stayed finite to compare anything.");
    else {
        size_t made = better + worse + undecided;
        rl_write(p->to, "By %s, ", rl_measure(results));
        rl_write_html(p->to, results->arm_count == 2            ? rl_arm_short(results, 1).text
                             : rl_arm_is_cure(results->arms[0]) ? "the cures"
                                                                : "the other activations");
        rl_write(p->to, " came out better than ");
        rl_write_html(
            p->to, rl_arm_is_cure(results->arms[0]) ? rl_arm_within(results, 0).text : rl_arm_short(results, 0).text);
        rl_write(p->to, " in %s of %s and worse in %s; in %s no difference could be shown.", how_many(better).text,
            rl_say_count(made, "comparison", "comparisons").text, how_many(worse).text, how_many(undecided).text);
    }
}

static void write_beginning(const report_page *p)
{
    const rl_results *results = p->results;
    rl_write(p->to, "<header>\n<h1>");
    write_title(p);
    rl_write(p->to, "</h1>\n<p class=\"lead\">");
    write_finding(p);
    rl_write(p->to, "</p>\n<p class=\"meta\">%zu training", results->train_rows);
    if (results->test_rows)
        rl_write(p->to, " and %zu test", results->test_rows);
    rl_write(p->to, " rows, %s, ", rl_say_count(results->features, "feature", "features").text);
    rl_write(p->to, "%s", results->classes ? rl_say_count(results->classes, "class", "classes").text : "real targets");
    rl_write(p->to, " · %s · %s",
        rl_say_count(results->setting_count / rl_settings_of_a_regime(results), "regime", "regimes").text,
        rl_say_count(results->seeds, "seed", "seeds").text);
    rl_write(p->to, "%s</p>\n</header>\n", results->interrupted ? " · interrupted: only finished seeds count" : "");
}

/* What a study of overfitting looks at beside accuracy: how far it lies below that on the training rows. */
static bool has_gap(const rl_results *results)
{
    return results->topic == &rl_topic_overfitting && results->test_rows > 0;
}

static bool learns_alpha(const report_page *p)
{
    bool learns = false;
    for (size_t i = 0; p->results->topic == &rl_topic_alpha && i < p->summary->cell_count; i++)
        learns = learns || p->summary->arms[i].learned_alpha.n;
    return learns;
}

static const char *arm_word(const rl_results *results)
{
    return rl_arm_is_cure(results->arms[0]) ? "Cure" : "Activation";
}

static void write_key_table(const report_page *p)
{
    const rl_results *results = p->results;
    bool shares = results->classes > 0, paired = results->arm_count > 1, gap = has_gap(results),
         alpha = learns_alpha(p);
    rl_write(p->to, "<section>\n<h2>What came out</h2>\n");
    open_table(p, "Key figures");
    head(p, arm_word(results));
    if (gap)
        head(p, shares ? "Training accuracy, %" : "Training loss");
    head(p, gap && !shares ? "Test loss"
            : shares       ? (results->test_rows ? "Test accuracy, %" : "Training accuracy, %")
                           : "Training loss");
    if (gap)
        head(p, shares ? "Gap, points" : "Gap");
    head(p, "Dead units at the end, %");
    if (alpha)
        head(p, "α learned");
    head(p, "Runs diverged");
    if (paired) {
        char name[400];
        snprintf(name, sizeof name, "%s against %.80s%s", capital_measure(results),
            rl_arm_is_cure(results->arms[0]) ? rl_arm_within(results, 0).text : rl_arm_short(results, 0).text,
            shares ? ", points" : "");
        head(p, name);
        head(p, "Holm’s p");
        if (gap) {
            snprintf(
                name, sizeof name, "Gap against %.80s%s", rl_arm_within(results, 0).text, shares ? ", points" : "");
            head(p, name);
            head(p, "Holm’s p");
        }
    }
    rl_write(p->to, "</tr></thead>\n");
    for (size_t s = 0; s < results->setting_count; s++) {
        rl_write(p->to, "<tbody class=\"group\"><tr><th scope=\"rowgroup\" colspan=\"%d\">",
            (paired ? 6 : 4) + (gap ? paired ? 4 : 2 : 0) + alpha);
        rl_write_html(p->to, rl_setting_title(results, s).text);
        rl_write(p->to, "</th></tr>\n");
        for (size_t a = 0; a < results->arm_count; a++) {
            const rl_arm_summary *arm = arm_at(p, s, a);
            rl_write(p->to, "<tr><th scope=\"row\">");
            write_arm(p, a);
            rl_write(p->to, "</th>");
            if (gap)
                cell(p, rl_say_mean(shares ? arm->train_accuracy : arm->final_loss, shares).text);
            cell(p, shares ? rl_say_mean(results->test_rows ? arm->test_accuracy : arm->train_accuracy, true).text
                           : rl_say_mean(gap ? arm->test_loss : arm->final_loss, false).text);
            if (gap)
                cell(p, rl_say_mean(arm->gap, shares).text);
            cell(p, results->arms[a].gates ? "no such units" : rl_say_mean(arm->dead_last, true).text);
            if (alpha)
                cell(p, arm->learned_alpha.n ? rl_say_mean(arm->learned_alpha, false).text : "");
            diverged_cell(p, arm);
            if (a)
                difference_cells(p, &pair_at(p, s, a)->test_accuracy, shares);
            else if (paired)
                rl_write(p->to, "<td></td><td></td>");
            if (a && gap)
                difference_cells(p, &pair_at(p, s, a)->gap, shares);
            else if (paired && gap)
                rl_write(p->to, "<td></td><td></td>");
            rl_write(p->to, "</tr>\n");
        }
        rl_write(p->to, "</tbody>\n");
    }
    rl_write(p->to, "</table></div>\n<p class=\"note\">");
    if (results->seeds > 1)
        rl_write(p->to, "Means over the seeds that did not diverge, ± half of the 95&nbsp;%% interval; differences are "
                        "paired by seed, with their 95&nbsp;%% interval. Bold: "
                        "the interval leaves out 0 and Holm’s p is below 0.05. ");
    if (gap)
        rl_write(
            p->to, "The gap is %s. ", shares ? "training accuracy less test accuracy" : "test loss less training loss");
    if (alpha)
        rl_write(p->to, "The α learned is the mean over the hidden units of a net. ");
    if (rl_any_gates(results))
        rl_write(p->to, "Gated cells have no units that could die: the slopes of their gates are nowhere exactly 0. ");
    rl_write(p->to, "Dead was judged on all %zu training rows.</p>\n</section>\n", results->train_rows);
}

/* ---- Figures ---- */

static void write_figure(const report_page *p, const rl_figure *figure)
{
    rl_write(p->to,
        "<figure class=\"keep\"><div class=\"scroll plot\" tabindex=\"0\" role=\"region\" aria-label=\"plot\">\n");
    rl_write_svg(p->to, figure->svg, figure->plot->name);
    rl_write(p->to, "</div>\n<figcaption>");
    rl_writing caption = rl_writing_begin(p->to->memory, p->to->err);
    figure->plot->caption(&caption, p->results);
    rl_write_html(p->to, caption.text ? caption.text : "");
    rl_writing_drop(&caption);
    rl_write(p->to, "</figcaption></figure>\n");
}

/* ---- The ledger ---- */

/* Nets by their widths have no skips and no batch norms; of others a column is shown where anybody died of it. */
static bool has_column(const report_page *p, int term)
{
    const rl_results *results = p->results;
    bool found = term < RL_BY_SKIP;
    for (size_t i = 0; i < results->setting_count * results->arm_count && !found; i++)
        found = rl_ledger_of(results, i / results->arm_count, i % results->arm_count).death_causes[term] > 0;
    return found;
}

static void write_ledger_table(const report_page *p)
{
    static const char *const CAUSES[RL_TERMS] = { "bias", "weights", "inputs", "skip", "norm’s scale",
        "norm’s statistics" };
    const rl_results *results = p->results;
    bool shown[RL_TERMS];
    int columns = 6;
    for (int t = 0; t < RL_TERMS; t++) {
        shown[t] = has_column(p, t);
        columns += shown[t];
    }
    open_table(p, "Deaths and revivals");
    head(p, arm_word(results));
    head(p, "Hidden units");
    head(p, "Born dead");
    head(p, "Deaths");
    for (int t = 0; t < RL_TERMS; t++) {
        char name[40];
        snprintf(name, sizeof name, "by %s", CAUSES[t]);
        if (shown[t])
            head(p, name);
    }
    head(p, "Revivals");
    head(p, "Not a number");
    rl_write(p->to, "</tr></thead>\n");
    for (size_t s = 0; s < results->setting_count; s++) {
        rl_write(p->to, "<tbody class=\"group\"><tr><th scope=\"rowgroup\" colspan=\"%d\">", columns);
        rl_write_html(p->to, rl_setting_title(results, s).text);
        rl_write(p->to, "</th></tr>\n");
        for (size_t a = 0; a < results->arm_count; a++) {
            const rl_ledger ledger = rl_ledger_of(results, s, a);
            rl_write(p->to, "<tr><th scope=\"row\">");
            write_arm(p, a);
            rl_write(p->to, "</th><td>%zu</td><td>%zu</td><td>%zu</td>", ledger.units, ledger.born_dead, ledger.deaths);
            for (int t = 0; t < RL_TERMS; t++)
                if (shown[t])
                    rl_write(p->to, "<td>%zu</td>", ledger.death_causes[t]);
            rl_write(p->to, "<td>%zu</td><td>%zu</td></tr>\n", ledger.revivals, ledger.broken);
        }
        rl_write(p->to, "</tbody>\n");
    }
    rl_write(p->to,
        "</table></div>\n<p class=\"note\">Over all finished seeds, from censuses on all %zu training rows before the "
        "first step, ",
        results->train_rows);
    if (results->census > 1)
        rl_write(p->to, "every %ld steps ", results->census);
    else if (results->census)
        rl_write(p->to, "after each step ");
    rl_write(p->to,
        "%safter each epoch; a unit may die more than once. All events, with their numbers, are in "
        "<code>events.csv</code>.</p>\n",
        results->census ? "and " : "");
}

static void write_ledger(const report_page *p)
{
    enum { TOLD = 5 };
    rl_case cases[TOLD];
    rl_write(p->to, "<section>\n<h2>Who died, when, and of what</h2>\n");
    if (!rl_has_events(p->results)) {
        rl_write(p->to,
            "<p>Nobody: at every census each hidden unit of every finished seed conducted on at least one of "
            "the %zu training rows.</p>\n</section>\n",
            p->results->train_rows);
        return;
    }
    write_ledger_table(p);
    size_t count = rl_ledger_cases(p->results, cases, TOLD);
    rl_write(p->to, "%s", count ? "<h3>Single deaths</h3>\n<ul>\n" : "");
    for (size_t i = 0; i < count; i++) {
        rl_writing sentence = rl_writing_begin(p->to->memory, p->to->err);
        rl_write_case(&sentence, p->results, &cases[i]);
        rl_write(p->to, "<li>");
        rl_write_html(p->to, sentence.text ? sentence.text : "");
        rl_write(p->to, "</li>\n");
        rl_writing_drop(&sentence);
    }
    rl_write(p->to, "%s</section>\n", count ? "</ul>\n" : "");
}

/* ---- One regime ---- */

static void write_regime_table(const report_page *p, size_t setting)
{
    const rl_results *results = p->results;
    open_table(p, "All figures of this regime");
    head(p, arm_word(results));
    head(p, "Training loss");
    if (results->classes) {
        head(p, "Training accuracy, %");
        if (results->test_rows)
            head(p, "Test accuracy, %");
    }
    head(p, "Dead at the start, %");
    head(p, "Dead at the end, %");
    head(p, "Silent at the start, %");
    head(p, "Silent at the end, %");
    head(p, "Runs diverged");
    rl_write(p->to, "</tr></thead>\n<tbody>\n");
    for (size_t a = 0; a < results->arm_count; a++) {
        const rl_arm_summary *arm = arm_at(p, setting, a);
        rl_write(p->to, "<tr><th scope=\"row\">");
        write_arm(p, a);
        rl_write(p->to, "</th>");
        cell(p, rl_say_mean(arm->final_loss, false).text);
        if (results->classes) {
            cell(p, rl_say_mean(arm->train_accuracy, true).text);
            if (results->test_rows)
                cell(p, rl_say_mean(arm->test_accuracy, true).text);
        }
        cell(p, rl_say_mean(arm->dead_first, true).text);
        cell(p, rl_say_mean(arm->dead_last, true).text);
        cell(p, rl_say_mean(arm->silent_first, true).text);
        cell(p, rl_say_mean(arm->silent_last, true).text);
        diverged_cell(p, arm);
        rl_write(p->to, "</tr>\n");
    }
    rl_write(p->to, "</tbody></table></div>\n");
}

static size_t most_layers(const report_page *p, size_t setting)
{
    size_t most = 0;
    for (size_t a = 0; a < p->results->arm_count; a++) {
        const size_t count = rl_results_cell(p->results, setting, a)->layer_count;
        most = count > most ? count : most;
    }
    return most;
}

/* The hidden layers of nets that are given as layers, one by one; arms may differ in them. */
static void write_layers_table(const report_page *p, size_t setting)
{
    enum { MOST = 12 };
    const rl_results *results = p->results;
    const size_t layers = most_layers(p, setting) < MOST ? most_layers(p, setting) : MOST;
    open_table(p, "Layer by layer");
    head(p, arm_word(results));
    head(p, "Parameters");
    for (size_t k = 0; k < layers; k++) {
        char name[40];
        snprintf(name, sizeof name, "Hidden %zu", k + 1);
        head(p, name);
        head(p, "Dead at the end, %");
    }
    rl_write(p->to, "</tr></thead>\n<tbody>\n");
    for (size_t a = 0; a < results->arm_count; a++) {
        const rl_cell *of = rl_results_cell(results, setting, a);
        char text[300];
        rl_write(p->to, "<tr><th scope=\"row\">");
        write_arm(p, a);
        rl_write(p->to, "</th>");
        snprintf(text, sizeof text, "%zu", of->parameters);
        cell(p, text);
        for (size_t k = 0; k < layers; k++) {
            const bool there = k < of->layer_count;
            snprintf(text, sizeof text, "%.100s, %d units", there ? of->layers[k].kind : "",
                there ? of->layers[k].units : 0);
            cell(p, there ? text : "no units");
            cell(p, there ? rl_say_mean(arm_at(p, setting, a)->layer_dead_last[k], true).text : "–");
        }
        rl_write(p->to, "</tr>\n");
    }
    rl_write(p->to, "</tbody></table></div>\n");
}

static void write_difference(const report_page *p, const char *what, const rl_comparison *c, bool shares)
{
    static const char *const VERDICTS[] = { "too few pairs to say more", "no difference could be shown",
        "the same in every pair", "shown to be higher", "shown to be lower" };
    rl_verdict verdict = rl_judge(c);
    rl_write(p->to, "%s %s%s", what, rl_say_difference(c->difference, shares).text, shares ? " points" : "");
    if (verdict != RL_NO_PAIRS)
        rl_write(p->to, ", p&nbsp;%s%s, Holm’s p&nbsp;%s%s", c->p < 0.001 ? "" : "=&nbsp;", rl_say_p(c->p).text,
            c->p_holm < 0.001 ? "" : "=&nbsp;", rl_say_p(c->p_holm).text);
    rl_write(p->to, " (%s)", VERDICTS[verdict]);
}

static void write_regime(const report_page *p, size_t setting)
{
    const rl_results *results = p->results;
    const rl_recipe *recipe = &results->settings[setting].recipe;
    rl_write(p->to, "<section>\n<h3>");
    rl_write_html(p->to, rl_setting_title(results, setting).text);
    rl_write(p->to, "</h3>\n<p>");
    rl_write_html(p->to, results->settings[setting].about);
    rl_write(p->to, "</p>\n<p class=\"note\">Net ");
    rl_write_html(p->to, rl_net_shape(results, recipe).text);
    rl_write(p->to, "; %s; inputs %s; hidden biases start at %s.</p>\n", rl_training_words(recipe).text,
        rl_inputs_words(recipe), rl_say_number((double)recipe->bias).text);
    write_regime_table(p, setting);
    if (recipe->layers)
        write_layers_table(p, setting);
    for (size_t a = 1; a < results->arm_count; a++) {
        const rl_pair_summary *pair = pair_at(p, setting, a);
        rl_write(p->to, "<p>");
        rl_write_html(p->to, rl_arm_title(results->arms[a]).text);
        rl_write(p->to, " against ");
        rl_write_html(p->to, rl_arm_within(results, 0).text);
        rl_write(p->to, ", %s: ", rl_say_count(pair->dead_share.difference.n, "pair", "pairs").text);
        write_difference(p, rl_measure(results), &pair->test_accuracy, results->classes > 0);
        if (has_gap(results)) {
            rl_write(p->to, "; ");
            write_difference(p, "gap", &pair->gap, results->classes > 0);
        }
        if (!results->arms[0].gates && !results->arms[a].gates) {
            rl_write(p->to, "; ");
            write_difference(p, "share of dead units", &pair->dead_share, true);
        }
        rl_write(p->to, ".</p>\n");
    }
    rl_write(p->to, "</section>\n");
}

/* ---- Settings, words, how to repeat it ---- */

static rl_words text_of(const char *text)
{
    rl_words words;
    snprintf(words.text, sizeof words.text, "%s", text);
    return words;
}

static rl_words number_of(double number)
{
    rl_words words;
    snprintf(words.text, sizeof words.text, "%.7g", number);
    return words;
}

static rl_words of_net(const rl_results *results, const rl_recipe *r)
{
    return rl_net_shape(results, r);
}

static rl_words of_init(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    rl_words words;
    const char *name = r->init ? rl_initialiser_name(r->init) : "he";
    if (r->init == &rl_normal)
        snprintf(words.text, sizeof words.text, "%s, sd %.7g", name, (double)r->init_sd);
    else
        words = text_of(name);
    return words;
}

static rl_words of_recurrent_init(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return text_of(
        r->recurrent_init ? rl_initialiser_name(r->recurrent_init) : "identity for rectifiers, else orthogonal");
}

static rl_words of_bias(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of((double)r->bias);
}

static rl_words of_inputs(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return text_of(rl_inputs_words(r));
}

static rl_words of_optimiser(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return text_of(r->training.optimiser ? rl_optimiser_name(r->training.optimiser) : "sgd");
}

static rl_words of_rate(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of((double)r->training.rate);
}

static rl_words of_schedule(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return text_of(r->training.schedule == RL_STEP     ? "step"
                   : r->training.schedule == RL_COSINE ? "cosine"
                                                       : "constant");
}

static rl_words of_batch(const rl_results *results, const rl_recipe *r)
{
    int rows = r->training.batch;
    return number_of(rows > 0 ? rows : rows < 0 || results->train_rows < 32 ? (double)results->train_rows : 32);
}

static rl_words of_epochs(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of((double)rl_epochs(r));
}

static rl_words of_loss(const rl_results *results, const rl_recipe *r)
{
    (void)r;
    return text_of(rl_loss_title(results));
}

static rl_words of_momentum(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    if (r->training.optimiser != &rl_momentum && r->training.optimiser != &rl_nesterov)
        return text_of("none");
    return number_of(r->training.momentum != 0 ? (double)r->training.momentum : 0.9);
}

static rl_words of_dropout(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of((double)r->dropout);
}

static rl_words of_l1(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of((double)r->training.l1);
}

static rl_words of_l2(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of((double)r->training.l2);
}

static rl_words of_clip(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return r->training.clip > 0 ? number_of((double)r->training.clip) : text_of("none");
}

static rl_words of_patience(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return r->training.patience > 0 ? number_of((double)r->training.patience) : text_of("none");
}

static rl_words of_test(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of(r->test_share);
}

static rl_words of_validation(const rl_results *results, const rl_recipe *r)
{
    (void)results;
    return number_of(r->validation_share);
}

static const struct {
    const char *name;
    rl_words (*of)(const rl_results *results, const rl_recipe *recipe);
} SETTINGS[] = {
    { "Net", of_net },
    { "Initialiser", of_init },
    { "From step to step", of_recurrent_init },
    { "Initial hidden bias", of_bias },
    { "Inputs", of_inputs },
    { "Loss", of_loss },
    { "Optimiser", of_optimiser },
    { "Momentum", of_momentum },
    { "Learning rate", of_rate },
    { "Schedule", of_schedule },
    { "Batch, rows", of_batch },
    { "Epochs", of_epochs },
    { "Dropout", of_dropout },
    { "L1", of_l1 },
    { "L2", of_l2 },
    { "Gradient clipping", of_clip },
    { "Early stopping, epochs", of_patience },
    { "Test share", of_test },
    { "Validation share", of_validation },
};

static void write_settings(const report_page *p)
{
    const rl_results *results = p->results;
    rl_write(p->to, "<section>\n<h2>Settings</h2>\n");
    open_table(p, "Settings");
    head(p, "Setting");
    for (size_t s = 0; s < results->setting_count; s++)
        head(p, rl_setting_title(results, s).text);
    rl_write(p->to, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < sizeof SETTINGS / sizeof *SETTINGS; i++) {
        if (SETTINGS[i].of == of_recurrent_init && !rl_any_steps(results))
            continue;
        rl_write(p->to, "<tr><th scope=\"row\">%s</th>", SETTINGS[i].name);
        for (size_t s = 0; s < results->setting_count; s++)
            cell(p, SETTINGS[i].of(results, &results->settings[s].recipe).text);
        rl_write(p->to, "</tr>\n");
    }
    rl_write(p->to, "</tbody></table></div>\n<p class=\"note\">Data: ");
    rl_write_html(p->to, results->data_spec ? results->data_spec : results->data_name);
    rl_write(p->to,
        ", %zu rows, of which %zu for training, %zu for testing, %zu for validation; data seed %llu; training seeds "
        "from %llu. All settings, to the "
        "last digit, are in results.json.</p>\n</section>\n",
        results->rows, results->train_rows, results->test_rows, results->validation_rows,
        (unsigned long long)results->data_seed, (unsigned long long)results->first_seed);
}

static void write_definitions(const report_page *p)
{
    rl_write(p->to,
        "<section>\n<h2>What the words mean</h2>\n<dl>\n"
        "<dt>Unit</dt><dd>One element of a hidden layer’s activation; z is its pre-activation. Outputs are not "
        "counted.%s</dd>\n"
        "<dt>Dead</dt><dd>The slope of the activation at z is exactly 0 for every one of the %zu training rows, at the "
        "present parameters and in evaluation mode, "
        "so that no gradient from them reaches the unit’s incoming weights.</dd>\n"
        "<dt>Death, revival</dt><dd>A unit that was not dead at one census and is at the next, or the other way round. "
        "The cause is the term of Δz = Δb + Δw·x + w·Δx that pushed hardest, on the row on which the unit was most "
        "awake; \"inputs moved\" means that units below it changed.</dd>\n"
        "<dt>Silent</dt><dd>z ≤ 0 for every one of those rows. A silent ReLU unit is dead; a silent Leaky ReLU unit "
        "still learns.</dd>\n"
        "<dt>Diverged</dt><dd>Loss or weights stopped being finite. Such a run ends there; it is counted, and left out "
        "of every mean and pair.</dd>\n"
        "<dt>Pair</dt><dd>Two runs with the same seed, hence the same random draws behind their weights and the same "
        "order of rows, that differ in the %s.</dd>\n"
        "<dt>Interval</dt><dd>A 95&nbsp;%% interval for the mean over seeds, by Student’s t.</dd>\n"
        "<dt>p, Holm’s p</dt><dd>p is two-sided, from a paired permutation test that flips the signs of the "
        "differences; Holm’s correction takes into account how "
        "many pairs of this study are compared.</dd>\n"
        "</dl>\n</section>\n",
        p->results->settings[0].recipe.layers
            ? " A convolution’s channel is one unit over all its positions, a recurrent layer’s one over all steps."
            : "",
        p->results->train_rows, rl_arm_is_cure(p->results->arms[0]) ? "cure" : "activation");
}

/* Escaped line by line, since a line feed is a control character too. */
static void write_lines(rl_writing *to, const char *text)
{
    for (; *text; text++) {
        char one[2] = { *text, 0 };
        if (*text == '\n')
            rl_write(to, "\n");
        else
            rl_write_html(to, one);
    }
}

static void write_again(const report_page *p)
{
    rl_write(p->to, "<section>\n<h2>How to get this again</h2>\n");
    rl_writing command = rl_writing_begin(p->to->memory, p->to->err);
    if (rl_write_command(&command, p->results)) {
        rl_write(p->to, "<pre>");
        write_lines(p->to, command.text ? command.text : "");
        rl_write(p->to, "</pre>\n<p>The same seeds give the same numbers on the same machine, whatever the number of "
                        "threads and lanes.</p>\n");
    } else {
        rl_write(p->to, "<p>A program of one’s own ran this study, with settings that the command line does not have; "
                        "they are in results.json.</p>\n");
    }
    rl_writing_drop(&command);
    rl_write(p->to, "<p>Each plot lies beside this page as SVG and PNG, with its data and the script that drew it: "
                    "<code>gnuplot loss.gnuplot</code> draws it again. "
                    "<code>results.csv</code> has a line for each training, <code>events.csv</code> one for each death "
                    "and revival.</p>\n</section>\n");
}

static void write_end(const report_page *p)
{
    const rl_results *results = p->results;
    rl_write(p->to, "<footer>Relive %s, %s kernels. %zu trainings in %.1f s", rl_version(), rl_processor_kernels(),
        results->trainings, results->seconds);
    rl_write(p->to, " on %s.</footer>\n", rl_say_count((size_t)results->threads, "thread", "threads").text);
}

void rl_write_page(rl_writing *to, const rl_results *results, const rl_summary *summary, const char *analysis,
    const rl_figure *figures, size_t figure_count)
{
    const report_page p = { to, results, summary };
    rl_write(to, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    write_title(&p);
    rl_write(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", rl_page_style);
    write_beginning(&p);
    write_key_table(&p);
    rl_write(to, "<section class=\"text\">\n<h2>In words</h2>\n");
    rl_write_markdown(to, analysis);
    rl_write(to, "</section>\n<section>\n<h2>In pictures</h2>\n");
    for (size_t i = 0; i < figure_count; i++)
        write_figure(&p, &figures[i]);
    rl_write(to, "</section>\n");
    write_ledger(&p);
    rl_write(to, "<section>\n<h2>%s</h2>\n</section>\n",
        results->setting_count == 1        ? "The regime"
        : rl_arm_is_cure(results->arms[0]) ? "The activations, one by one"
                                           : "The regimes, one by one");
    for (size_t s = 0; s < results->setting_count; s++)
        write_regime(&p, s);
    write_settings(&p);
    write_definitions(&p);
    write_again(&p);
    write_end(&p);
    rl_write(to, "</main>\n</body>\n</html>\n");
}
