/* The plots of an adversarial study: samples at several epochs, and what was measured over the epochs, two panels each. */
#include "report/gan.h"
#include "report/plot_frame.h"

#include <math.h>
#include <stdio.h>

enum { MOST_ARMS = 64 };

const rl_gan_plot *const *rl_gan_plots(size_t *count)
{
    static const rl_gan_plot *const all[] = { &rl_gan_plot_samples, &rl_gan_plot_modes, &rl_gan_plot_dead,
        &rl_gan_plot_loss };
    *count = sizeof all / sizeof *all;
    return all;
}

void rl_gan_no_plots(rl_place *place)
{
    size_t count;
    const rl_gan_plot *const *all = rl_gan_plots(&count);
    for (size_t i = 0; i < count; i++)
        rl_place_no_plot(place, all[i]->name);
}

/* ---- Over the epochs ---- */

typedef struct {
    rl_gan_measure measure;
    const char *title;
    double scale; /* 100: per cent */
    double least; /* of the upper end of the axis; 0: as high as the lines go */
} panel;

static rl_frame frame_with_legend(
    const rl_gan_results *results, size_t panels, rl_legend_entry entries[MOST_ARMS], size_t *count)
{
    rl_frame frame = rl_frame_for(panels);
    frame.gap_x = 56; /* both panels have numbers of their own */
    *count = results->arm_count < MOST_ARMS ? results->arm_count : MOST_ARMS;
    for (size_t a = 0; a < *count; a++)
        entries[a] = (rl_legend_entry){ rl_gan_title(results, a), { rl_gan_colour(a), rl_gan_dash(a), 0 } };
    frame.top += 21 * rl_plot_legend(NULL, &frame, entries, *count);
    return frame;
}

static double highest(const rl_gan_results *results, const rl_gan_summary *summary, const panel *p)
{
    double most = p->least;
    for (size_t a = 0; a < results->arm_count; a++)
        for (long e = 0; e <= rl_epochs(&results->recipe); e++) {
            const double sd = summary->arms[a].sd[p->measure][e];
            const double top = p->scale * (summary->arms[a].mean[p->measure][e] + (isfinite(sd) ? sd : 0));
            if (isfinite(top) && top > most)
                most = top;
        }
    if (p->measure == RL_GAN_MODES)
        return p->least;
    return p->scale == 100 ? fmin(most, 100) : most;
}

static void write_panel(rl_writing *to, const char *name, const rl_gan_results *results, const rl_gan_summary *summary,
    const rl_frame *frame, const panel *p, int column)
{
    const double most = highest(results, summary, p), high = most > 0 ? most : 1;
    const bool counted = p->measure == RL_GAN_MODES;
    rl_plot_panel(to, frame, column, 0, 2, p->title);
    rl_write(to,
        "  within(y) = y < 0 ? 0 : y > %.6g ? %.6g : y\n  set yrange [%.6g:%.6g]\n  set format y '%%g'\n  set ytics "
        "%.6g\n  set grid ytics linetype 1 linewidth 0.7 linecolor rgb '" RL_PLOT_GRID "'\n  plot ",
        high, high, -0.02 * high, 1.04 * high, counted && high <= 10 ? 1 : rl_tic_step(high));
    for (size_t a = 0; a < results->arm_count; a++)
        rl_write(to,
            "'%s.dat' index %zu using 1:(within($%d-$%d)):(within($%d+$%d)) with filledcurves linecolor rgb '%s' "
            "notitle, \\\n    ",
            name, a, 2 + 2 * column, 3 + 2 * column, 2 + 2 * column, 3 + 2 * column, rl_gan_colour(a));
    for (size_t a = 0; a < results->arm_count; a++)
        rl_write(to,
            "'%s.dat' index %zu using 1:%d with lines linewidth 2.2 dashtype %s linecolor rgb '%s' notitle, \\\n    ",
            name, a, 2 + 2 * column, rl_gan_dash(a), rl_gan_colour(a));
    rl_write(to, "NaN notitle\n");
    rl_plot_clear(to);
}

static void write_script(rl_writing *to, const char *name, const char *title, const char *what, const panel panels[2],
    const rl_gan_results *results, const rl_gan_summary *summary)
{
    rl_legend_entry entries[MOST_ARMS];
    size_t count;
    rl_frame frame = frame_with_legend(results, 2, entries, &count);
    char subtitle[300];
    snprintf(subtitle, sizeof subtitle, "%.60s: %.120s%s", results->data_name, what,
        results->seeds > 1 ? "; mean over seeds, band ± 1 standard deviation" : "");
    rl_plot_begin(to, name, title, subtitle, &frame);
    rl_plot_legend(to, &frame, entries, count);
    rl_write(to, "  set xrange [0:%ld]\n", rl_epochs(&results->recipe));
    rl_plot_axis_names(to, &frame, "epoch", "");
    for (int column = 0; column < 2; column++)
        write_panel(to, name, results, summary, &frame, &panels[column], column);
    rl_plot_end(to);
}

static void write_data(
    rl_writing *to, const panel panels[2], const rl_gan_results *results, const rl_gan_summary *summary)
{
    rl_write(to, "# epoch, then mean and standard deviation of each panel over the seeds that did not diverge\n");
    for (size_t a = 0; a < results->arm_count; a++) {
        char label[2 * RL_NAME_ROOM];
        const rl_gan_arm *arm = &summary->arms[a];
        rl_rivals_label(results->arms[a], label, sizeof label);
        rl_write(to, "%s# %s, %zu of %zu runs\n", a ? "\n\n" : "", label, arm->n, arm->seeds);
        for (long e = 0; e <= rl_epochs(&results->recipe); e++) {
            rl_write(to, "%ld", e);
            for (int p = 0; p < 2; p++)
                rl_write(to, " %.6g %.6g", panels[p].scale * arm->mean[panels[p].measure][e],
                    panels[p].scale * arm->sd[panels[p].measure][e]);
            rl_write(to, "\n");
        }
    }
}

static const char *band_words(const rl_gan_results *results)
{
    return results->seeds > 1
               ? " Lines: means over the seeds that did not diverge; bands: one standard deviation to each side."
               : "";
}

/* ---- Modes and quality ---- */

static void modes_panels(const rl_gan_results *results, char title[64], panel panels[2])
{
    snprintf(title, 64, "Modes covered, of %zu", results->classes);
    panels[0] = (panel){ RL_GAN_MODES, title, 1, (double)results->classes };
    panels[1] = (panel){ RL_GAN_QUALITY, "Samples of high quality, %", 100, 100 };
}

static void modes_script(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    char title[64], what[64];
    panel panels[2];
    modes_panels(results, title, panels);
    snprintf(what, sizeof what, "%d samples of each generator", RL_GAN_SAMPLES);
    write_script(to, "modes", "What the samples cover", what, panels, results, summary);
}

static void modes_data(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    char title[64];
    panel panels[2];
    modes_panels(results, title, panels);
    write_data(to, panels, results, summary);
}

static void modes_caption(rl_writing *to, const rl_gan_results *results)
{
    rl_write(to,
        "A sample is of high quality if it is within three standard deviations (%.3g each) of a mode’s centre; a mode "
        "is "
        "covered if at least 1 %% of the samples are of high quality and nearest to it.%s",
        results->deviation, band_words(results));
}

/* ---- Dead units ---- */

static const panel DEAD[2] = { { RL_GAN_GENERATOR_DEAD, "Generator, % of hidden units", 100, 5 },
    { RL_GAN_DISCRIMINATOR_DEAD, "Discriminator, % of hidden units", 100, 5 } };

static void dead_script(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    write_script(
        to, "gan_dead", "Dead units of both nets", "slope exactly 0 on all that was looked at", DEAD, results, summary);
}

static void dead_data(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    write_data(to, DEAD, results, summary);
}

static void dead_caption(rl_writing *to, const rl_gan_results *results)
{
    rl_write(to,
        "Dead: the slope is exactly 0 on each of the %d rows of noise (generator), or on each of up to %d real rows "
        "and "
        "%d samples (discriminator).%s",
        RL_GAN_SAMPLES, RL_GAN_JUDGED, RL_GAN_JUDGED, band_words(results));
}

/* ---- Losses ---- */

static const panel LOSS[2] = { { RL_GAN_GENERATOR_LOSS, "Generator, nats", 1, 0 },
    { RL_GAN_DISCRIMINATOR_LOSS, "Discriminator, nats", 1, 0 } };

static void loss_script(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    write_script(to, "gan_loss", "Losses of both nets", "−ln σ(D(G(z))), and the binary loss of real rows and samples",
        LOSS, results, summary);
}

static void loss_data(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    write_data(to, LOSS, results, summary);
}

static void loss_caption(rl_writing *to, const rl_gan_results *results)
{
    rl_write(to,
        "A discriminator that cannot tell samples from real rows has a loss of ln 2 = 0.69, and so has its generator. "
        "Neither loss says how good the samples are: each is a race against the other net.%s",
        band_words(results));
}

/* ---- Samples: a row an arm, a column an epoch ---- */

enum { TILES = 6, GREY = 80 }; /* pictures across and down a panel; real points in each */

static rl_frame sample_frame(const rl_gan_results *results)
{
    rl_frame frame = rl_frame_for(1);
    frame.columns = RL_GAN_SHOTS;
    frame.rows = (int)results->arm_count;
    frame.panel_width = frame.panel_height = 150;
    frame.left = 40;
    frame.gap_x = 12;
    frame.gap_y = 40;
    frame.top += 4;
    frame.bottom = 36;
    return frame;
}

static size_t block_of(size_t arm, size_t shot)
{
    return 1 + arm * RL_GAN_SHOTS + shot;
}

/* Points over real ones in grey. */
static void write_points(rl_writing *to, size_t arm, size_t shot)
{
    rl_write(to,
        "  set format y '%s'\n  plot 'samples.dat' index 0 using 1:2 with points pointtype 7 pointsize 0.18 "
        "linecolor rgb '" RL_PLOT_AXIS "' notitle, 'samples.dat' index %zu using 1:2 with points pointtype 7 "
        "pointsize 0.22 linecolor rgb '%s' notitle\n",
        shot ? "" : "%g", block_of(arm, shot), rl_gan_colour(arm));
}

/* Pictures in rows, dark on light. */
static void write_pictures(rl_writing *to, size_t arm, size_t shot)
{
    rl_write(to, "  plot 'samples.dat' index %zu matrix with image notitle\n", block_of(arm, shot));
}

static void set_axes(rl_writing *to, const rl_gan_results *results)
{
    float least = results->shown->x[0], most = least;
    for (size_t i = 0; i < results->shown->rows * results->features; i++) {
        least = fminf(least, results->shown->x[i]);
        most = fmaxf(most, results->shown->x[i]);
    }
    const double far = 1.25 * fmax(fabs((double)least), fabs((double)most));
    const int side = (int)lround(sqrt((double)results->features));
    if (results->features == 2)
        rl_write(to, "  set xrange [%.6g:%.6g]\n  set yrange [%.6g:%.6g]\n  set xtics 1\n  set ytics 1\n", -far, far,
            -far, far);
    else
        rl_write(to,
            "  set xrange [-0.5:%d.5]\n  set yrange [%d.5:-0.5]\n  unset border\n  unset xtics\n  unset ytics\n  unset "
            "colorbox\n  set cbrange [%.6g:%.6g]\n  set palette defined (0 '#ffffff', 1 '#222222')\n",
            TILES * (side + 1) - 2, TILES * (side + 1) - 2, (double)least, (double)most);
}

static void samples_script(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    (void)summary;
    const bool points = results->features == 2;
    rl_frame frame = sample_frame(results);
    char subtitle[300];
    if (points)
        snprintf(subtitle, sizeof subtitle, "%.60s, seed %llu: %d samples of the generator, on real rows in grey",
            results->data_name, (unsigned long long)results->first_seed, RL_GAN_SHOWN);
    else
        snprintf(subtitle, sizeof subtitle, "%.60s, seed %llu: the generator’s first %d samples", results->data_name,
            (unsigned long long)results->first_seed, TILES * TILES);
    rl_plot_begin(to, "samples", "What the generators draw", subtitle, &frame);
    set_axes(to, results);
    for (size_t a = 0; a < results->arm_count; a++)
        for (size_t s = 0; s < RL_GAN_SHOTS; s++) {
            const double x = frame.left + (double)s * (frame.panel_width + frame.gap_x),
                         y = frame.top + (double)a * (frame.panel_height + frame.gap_y);
            const double modes = rl_gan_trials(results, a)->curve[RL_GAN_MODES][results->shots[s]];
            char text[64];
            if (s == 0)
                rl_plot_bold(to, &frame, x, y - 24, 12, RL_PLOT_INK, rl_gan_title(results, a).text);
            if (isfinite(modes))
                snprintf(text, sizeof text, "epoch %ld: %.0f of %zu", results->shots[s], modes, results->classes);
            else
                snprintf(text, sizeof text, "epoch %ld: diverged", results->shots[s]);
            rl_plot_text(to, &frame, x, y - 8, 11, RL_PLOT_GREY, text);
            rl_plot_panel(to, &frame, (int)s, (int)a, results->arm_count * RL_GAN_SHOTS, NULL);
            if (points)
                write_points(to, a, s);
            else
                write_pictures(to, a, s);
            rl_plot_clear(to);
        }
    rl_plot_end(to);
}

/* One line a row of pixels; NaN between pictures. */
static void write_tiles(rl_writing *to, const float *samples, size_t side)
{
    for (size_t row = 0; row < TILES * (side + 1) - 1; row++) {
        for (size_t column = 0; column < TILES * (side + 1) - 1; column++) {
            const size_t across = column / (side + 1), down = row / (side + 1), x = column % (side + 1),
                         y = row % (side + 1);
            if (x == side || y == side)
                rl_write(to, "NaN ");
            else
                rl_write(to, "%.4g ", (double)samples[(down * TILES + across) * side * side + y * side + x]);
        }
        rl_write(to, "\n");
    }
}

static void write_rows(rl_writing *to, const float *rows, size_t count, size_t features)
{
    if (features != 2) {
        write_tiles(to, rows, (size_t)lround(sqrt((double)features)));
        return;
    }
    for (size_t i = 0; i < count; i++)
        rl_write(to, "%.6g %.6g\n", (double)rows[2 * i], (double)rows[2 * i + 1]);
}

static void samples_data(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary)
{
    (void)summary;
    const size_t features = results->features;
    rl_write(to, "# real rows, then a block for each arm and epoch\n");
    if (features == 2 || results->shown->rows >= TILES * TILES)
        write_rows(to, results->shown->x, features == 2 && results->shown->rows > GREY ? GREY : results->shown->rows,
            features);
    else
        rl_write(to, "NaN\n");
    for (size_t a = 0; a < results->arm_count; a++)
        for (size_t s = 0; s < RL_GAN_SHOTS; s++) {
            rl_write(to, "\n\n# arm %zu, epoch %ld\n", a + 1, results->shots[s]);
            write_rows(to, rl_gan_trials(results, a)->samples + s * RL_GAN_SHOWN * features, RL_GAN_SHOWN, features);
        }
}

static void samples_caption(rl_writing *to, const rl_gan_results *results)
{
    rl_write(to,
        "The same rows of noise in every panel, for the first seed, %llu. Above each: how many of the %zu modes its %d "
        "samples cover.%s",
        (unsigned long long)results->first_seed, results->classes, RL_GAN_SAMPLES,
        results->features == 2 ? " Samples far outside are not shown." : "");
}

const rl_gan_plot rl_gan_plot_samples = { "samples", samples_script, samples_data, samples_caption };
const rl_gan_plot rl_gan_plot_modes = { "modes", modes_script, modes_data, modes_caption };
const rl_gan_plot rl_gan_plot_dead = { "gan_dead", dead_script, dead_data, dead_caption };
const rl_gan_plot rl_gan_plot_loss = { "gan_loss", loss_script, loss_data, loss_caption };
