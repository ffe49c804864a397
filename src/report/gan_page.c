/* report.html of an adversarial study: one page that needs nothing else. */
#include "report/gan.h"
#include "report/page.h"

#include <stdio.h>

static void cell(rl_writing *to, const char *text)
{
    rl_write(to, "<td>");
    rl_write_html(to, text);
    rl_write(to, "</td>");
}

static void head(rl_writing *to, const char *text)
{
    rl_write(to, "<th scope=\"col\">%s</th>", text);
}

static void open_table(rl_writing *to, const char *label, const char *first)
{
    rl_write(to,
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>\n<thead><tr><th scope=\"col\" "
        "class=\"left\">%s</th>",
        label, first);
}

static void write_arm(rl_writing *to, const rl_gan_results *results, size_t arm)
{
    rl_write(to, "<tr><th scope=\"row\"><span class=\"dot\" style=\"background:%s\"></span>", rl_gan_colour(arm));
    rl_write_html(to, rl_gan_title(results, arm).text);
    rl_write(to, "</th>");
}

static void write_beginning(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    rl_write(to, "<header>\n<h1>Generative adversarial nets on ");
    rl_write_html(to, results->data_name);
    rl_write(to, "</h1>\n<p class=\"lead\">All %zu modes were covered ", results->classes);
    for (size_t a = 0; a < results->arm_count; a++) {
        rl_write(to, "%sin %zu of %s with ",
            a == 0                        ? ""
            : a + 1 == results->arm_count ? " and "
                                          : ", ",
            summary->arms[a].covered, rl_say_count(summary->arms[a].seeds, "seed", "seeds").text);
        rl_write_html(to, rl_gan_title(results, a).text);
    }
    rl_write(to, ".</p>\n<p class=\"meta\">%zu rows, %s · %s%s</p>\n</header>\n", results->rows,
        rl_say_count(results->features, "feature", "features").text, rl_say_count(results->seeds, "seed", "seeds").text,
        results->interrupted ? " · interrupted: only finished seeds count" : "");
}

static void write_key_table(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    rl_write(to, "<section>\n<h2>What came out</h2>\n");
    open_table(to, "Key figures", "Activation");
    head(to, "All modes covered");
    head(to, "Modes covered");
    head(to, "High quality, %");
    head(to, "Generator: dead at the end, %");
    head(to, "Discriminator: dead at the end, %");
    head(to, "Runs diverged");
    rl_write(to, "</tr></thead>\n<tbody>\n");
    for (size_t a = 0; a < results->arm_count; a++) {
        const rl_gan_arm *arm = &summary->arms[a];
        write_arm(to, results, a);
        rl_write(to, "<td class=\"shown\">%zu of %zu</td>", arm->covered, arm->seeds);
        cell(to, rl_say_mean(arm->last[RL_GAN_MODES], false).text);
        cell(to, rl_say_mean(arm->last[RL_GAN_QUALITY], true).text);
        cell(to, rl_say_mean(arm->last[RL_GAN_GENERATOR_DEAD], true).text);
        cell(to, rl_say_mean(arm->last[RL_GAN_DISCRIMINATOR_DEAD], true).text);
        rl_write(to, "<td>%zu of %zu</td></tr>\n", arm->diverged, arm->seeds);
    }
    rl_write(to,
        "</tbody></table></div>\n<p class=\"note\">An activation is that of both nets, or the generator’s (G) and the "
        "discriminator’s (D). Means over the seeds that did not diverge, ± half of the 95&nbsp;%% "
        "interval.</p>\n</section>\n");
}

static void write_ledger(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    static const char *const sides[RL_RIVALS] = { "Generator", "Discriminator" };
    rl_write(to, "<section>\n<h2>Who died, and of what</h2>\n");
    open_table(to, "Deaths and revivals", "Activation");
    static const char *const heads[] = { "Hidden units", "Born dead", "Deaths", "by bias", "by weights", "by inputs",
        "Revivals", "Not a number" };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        head(to, heads[i]);
    rl_write(to, "</tr></thead>\n");
    for (int side = 0; side < RL_RIVALS; side++) {
        rl_write(to, "<tbody class=\"group\"><tr><th scope=\"rowgroup\" colspan=\"9\">%s</th></tr>\n", sides[side]);
        for (size_t a = 0; a < results->arm_count; a++) {
            const rl_ledger *l = &summary->arms[a].ledger[side];
            const size_t counts[] = { l->units, l->born_dead, l->deaths, l->death_causes[RL_BY_BIAS],
                l->death_causes[RL_BY_WEIGHTS], l->death_causes[RL_BY_INPUTS], l->revivals, l->broken };
            write_arm(to, results, a);
            for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
                rl_write(to, "<td>%zu</td>", counts[i]);
            rl_write(to, "</tr>\n");
        }
        rl_write(to, "</tbody>\n");
    }
    rl_write(to,
        "</table></div>\n<p class=\"note\">Over all finished seeds, from censuses before the first step and after each "
        "epoch. \"By inputs\" means that what the unit reads changed: units below it or, in the discriminator’s first "
        "layer, the generator’s samples. All events, with their numbers, are in "
        "<code>events.csv</code>.</p>\n</section>\n");
}

static void write_settings(rl_writing *to, const rl_gan_results *results)
{
    const rl_recipe *r = &results->recipe;
    char hidden[RL_MOST_HIDDEN * 8] = "";
    size_t used = 0;
    for (int h = 0; h < r->hidden_count && used + 16 < sizeof hidden; h++)
        used += (size_t)snprintf(hidden + used, sizeof hidden - used, "–%d", r->hidden[h]);
    rl_write(to,
        "<section>\n<h2>Settings</h2>\n<p>Generator %d%s–%zu%s, discriminator %zu%s–1, both dense; noise uniform on "
        "(−1, 1). "
        "%s, β₁ = %g; the binary loss, non-saturating for the generator (Goodfellow et al. 2014), one step each in "
        "turn. "
        "First weights: %s, hidden biases start at %g. Data seed %llu, training seeds from %llu. All settings, to the "
        "last "
        "digit, are in results.json.</p>\n</section>\n",
        results->noise, hidden, results->features,
        results->features == 2 ? "" : " and tanh, for pixels scaled to −1 … 1", results->features, hidden,
        rl_training_words(r).text, r->training.beta1 != 0 ? (double)r->training.beta1 : 0.9,
        r->init ? rl_initialiser_name(r->init) : "he", (double)r->bias, (unsigned long long)results->data_seed,
        (unsigned long long)results->first_seed);
}

static void write_definitions(rl_writing *to, const rl_gan_results *results)
{
    rl_write(to,
        "<section>\n<h2>What the words mean</h2>\n<dl>\n<dt>Mode</dt><dd>A class of the data: a cloud, or a kind of "
        "picture.</dd>\n<dt>High quality</dt><dd>Of a sample: %s. %s</dd>\n",
        rl_gan_rule(results).text,
        results->features == 2 ? "So VEEGAN has it (Srivastava et al. 2017); centres and deviation are those of the "
                                 "real rows. The sample’s mode "
                                 "is that centre’s."
                               : "That is the precision of Kynkäänniemi et al. (2019), of pixels. The sample’s mode is "
                                 "the class of the row in "
                                 "whose ball it lies deepest.");
    rl_write(to,
        "<dt>Covered</dt><dd>At least 1&nbsp;%% of a generator’s %d samples are of high quality and of that mode. "
        "(VEEGAN asks "
        "for one sample, which may be a stray.)</dd>\n"
        "<dt>Dead</dt><dd>The unit’s slope is exactly 0 on everything that was looked at: for the generator all %d "
        "rows of "
        "noise, for the discriminator up to %d real rows and the first %d samples.</dd>\n"
        "<dt>Diverged</dt><dd>A loss or weights of one of the two nets stopped being finite. Such a run ends there; it "
        "is "
        "counted, and left out of every mean and pair.</dd>\n"
        "<dt>Pair</dt><dd>Two runs with the same seed that differ in the activations.</dd>\n</dl>\n</section>\n",
        RL_GAN_SAMPLES, RL_GAN_SAMPLES, RL_GAN_JUDGED, RL_GAN_JUDGED);
}

static void write_end(rl_writing *to, const rl_gan_results *results)
{
    rl_writing command = rl_writing_begin(to->memory, to->err);
    rl_write_gan_command(&command, results);
    rl_write(to, "<section>\n<h2>How to get this again</h2>\n<pre>");
    rl_write_html(to, command.text ? command.text : "");
    rl_writing_drop(&command);
    rl_write(to,
        "</pre>\n<p>The same seeds give the same numbers on the same machine, whatever the number of threads and "
        "lanes. Each "
        "plot lies beside this page as SVG and PNG, with its data and the script that drew it.</p>\n</section>\n"
        "<footer>Relive %s, %s kernels. %zu trainings in %.1f s on %s.</footer>\n",
        rl_version(), rl_processor_kernels(), results->trainings, results->seconds,
        rl_say_count((size_t)results->threads, "thread", "threads").text);
}

void rl_write_gan_page(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary,
    const char *analysis, const rl_gan_figure *figures, size_t count)
{
    rl_write(to, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Generative "
                 "adversarial nets on ");
    rl_write_html(to, results->data_name);
    rl_write(to, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", rl_page_style);
    write_beginning(to, results, summary);
    write_key_table(to, results, summary);
    rl_write(to, "<section class=\"text\">\n<h2>In words</h2>\n");
    rl_write_markdown(to, analysis);
    rl_write(to, "</section>\n<section>\n<h2>In pictures</h2>\n");
    for (size_t i = 0; i < count; i++) {
        rl_write(to,
            "<figure class=\"keep\"><div class=\"scroll plot\" tabindex=\"0\" role=\"region\" aria-label=\"plot\">\n");
        rl_write_svg(to, figures[i].svg, figures[i].plot->name);
        rl_write(to, "</div>\n<figcaption>");
        rl_writing caption = rl_writing_begin(to->memory, to->err);
        figures[i].plot->caption(&caption, results);
        rl_write_html(to, caption.text ? caption.text : "");
        rl_writing_drop(&caption);
        rl_write(to, "</figcaption></figure>\n");
    }
    rl_write(to, "</section>\n");
    write_ledger(to, results, summary);
    write_settings(to, results);
    write_definitions(to, results);
    write_end(to, results);
    rl_write(to, "</main>\n</body>\n</html>\n");
}
