/* What the first convolution of a net sees: a picture, and each channel's map of it, for the first seed of every regime and
 * arm. Maps of one net share a scale. A dead channel gives the same slope, 0, everywhere and for every picture: it is
 * framed and named. */
#include "report/plot_frame.h"
#include "report/plots.h"

#include <math.h>
#include <stdio.h>

enum { MOST_CHANNELS = 16, TILE = 58, GAP = 8, ROW = TILE + 34, FEW = 256 };

/* The first cell with pictures; NULL: none has. */
static const rl_maps *any_maps(const rl_results *results)
{
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        if (results->cells[i].maps && results->cells[i].maps->channels && results->cells[i].maps->known)
            return results->cells[i].maps;
    return NULL;
}

static bool wanted(const rl_results *results)
{
    return any_maps(results) != NULL;
}

static size_t shown(const rl_maps *maps)
{
    return maps->channels < MOST_CHANNELS ? maps->channels : MOST_CHANNELS;
}

static size_t most_shown(const rl_results *results)
{
    size_t most = 0;
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++)
        most = results->cells[i].maps && shown(results->cells[i].maps) > most ? shown(results->cells[i].maps) : most;
    return most;
}

/* ---- The data: one matrix a tile, scaled to the palette: maps to [-1, 1], the picture to [2, 3] ---- */

static void write_tile(rl_writing *to, const float *values, size_t height, size_t width, double low, double scale)
{
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            rl_write(to, "%.3g%s", low + scale * (double)values[y * width + x], x + 1 < width ? " " : "\n");
}

static void write_picture(rl_writing *to, const rl_maps *maps)
{
    const size_t count = maps->image_height * maps->image_width;
    float least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        least = fminf(least, maps->image[i]);
        most = fmaxf(most, maps->image[i]);
    }
    const double scale = most > least ? 1 / ((double)most - (double)least) : 0;
    write_tile(to, maps->image, maps->image_height, maps->image_width, 2 - scale * (double)least, scale);
}

static void write_maps(rl_writing *to, const rl_maps *maps)
{
    const size_t size = maps->height * maps->width;
    float most = 0;
    for (size_t i = 0; i < shown(maps) * size; i++)
        most = fmaxf(most, fabsf(maps->maps[i]));
    for (size_t c = 0; c < shown(maps); c++) {
        rl_write(to, "\n\n");
        write_tile(to, maps->maps + c * size, maps->height, maps->width, 0, most > 0 ? 1 / (double)most : 0);
    }
}

static void data(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    const char *between = "";
    rl_write(to, "# for each regime and arm: the picture (2 to 3), then the first convolution's maps (-1 to 1)\n");
    for (size_t i = 0; i < results->setting_count * results->arm_count; i++) {
        const rl_maps *maps = results->cells[i].maps;
        if (!maps || !maps->known)
            continue;
        rl_write(to, "%s", between);
        write_picture(to, maps);
        write_maps(to, maps);
        between = "\n\n";
    }
}

/* ---- The script: all tiles on one plane whose unit is a pixel of the SVG, y downwards ---- */

static double tile_x(size_t tile)
{
    return (double)(tile * (TILE + GAP) + (tile ? 2 * GAP : 0));
}

static void frame_tile(rl_writing *to, size_t tile, double y, bool dead)
{
    const double x = tile_x(tile);
    rl_write(to,
        "  set object rectangle from %.6g,%.6g to %.6g,%.6g front fillstyle empty border rgb '%s' linewidth %s\n", x, y,
        x + TILE, y + TILE, dead ? "#D55E00" : RL_PLOT_AXIS, dead ? "2.4" : "0.8");
    if (dead)
        rl_write(to, "  set label 'dead' at %.6g,%.6g center front font ',11' textcolor rgb '#D55E00'\n",
            x + TILE / 2.0, y + TILE / 2.0);
}

/* A few large pixels are drawn one by one, since a browser would smooth them. */
static void plot_tile(
    rl_writing *to, size_t index, size_t tile, double y, size_t height, size_t width, const char *between)
{
    rl_write(to,
        "%s'activation_maps.dat' index %zu matrix using (%.6g+($1+0.5)*%.6g):(%.6g+($2+0.5)*%.6g):3 with image%s "
        "notitle",
        between, index, tile_x(tile), (double)TILE / (double)width, y, (double)TILE / (double)height,
        height * width <= FEW ? " pixels" : "");
}

static void script(rl_writing *to, const rl_results *results, const rl_summary *summary)
{
    (void)summary;
    const size_t tiles = most_shown(results) + 1, cells = results->setting_count * results->arm_count;
    const int width = (int)tile_x(tiles), height = (int)cells * ROW;
    rl_frame frame = { .columns = 1,
        .rows = 1,
        .panel_width = width > 520 ? width : 520,
        .panel_height = height,
        .left = 24,
        .right = 18,
        .top = 62,
        .bottom = 16 };
    char subtitle[400];
    snprintf(subtitle, sizeof subtitle, "%s: a training picture and what the nets of seed %llu make of it",
        rl_data_title(results).text, (unsigned long long)results->first_seed);
    rl_plot_begin(to, "activation_maps", "Maps of the first convolution", subtitle, &frame);
    rl_plot_panel(to, &frame, 0, 0, 1, NULL);
    rl_write(to,
        "  unset border\n  unset tics\n  unset colorbox\n  set xrange [0:%d]\n  set yrange [%d:0]\n"
        "  set palette defined (-1 '#D55E00', 0 '#FFFFFF', 1 '#0072B2', 1.9 '#FFFFFF', 2 '#FFFFFF', 3 '#222222')\n"
        "  set cbrange [-1:3]\n",
        frame.panel_width, height);
    for (size_t i = 0; i < cells; i++) {
        const rl_maps *maps = results->cells[i].maps;
        const double y = (double)i * ROW + 22;
        char title[420];
        snprintf(title, sizeof title, "%.190s, %.190s%s", rl_setting_title(results, i / results->arm_count).text,
            rl_arm_short(results, i % results->arm_count).text,
            maps && maps->channels && !maps->known ? ": the training diverged" : "");
        rl_plot_text(to, &frame, frame.left, frame.top + y - 11, 12, RL_PLOT_INK, title);
        for (size_t t = 0; maps && maps->known && t <= shown(maps); t++)
            frame_tile(to, t, y, t > 0 && maps->dead[t - 1]);
    }
    const char *between = "  plot ";
    for (size_t i = 0, index = 0; i < cells; i++) {
        const rl_maps *maps = results->cells[i].maps;
        for (size_t t = 0; maps && maps->known && t <= shown(maps); t++, index++) {
            plot_tile(to, index, t, (double)i * ROW + 22, t ? maps->height : maps->image_height,
                t ? maps->width : maps->image_width, between);
            between = ", \\\n    ";
        }
    }
    rl_write(to, "\n");
    rl_plot_clear(to);
    rl_plot_end(to);
}

static void caption(rl_writing *to, const rl_results *results)
{
    const rl_maps *maps = any_maps(results);
    rl_write(to,
        "Left, one training picture (row %zu); beside it what each channel of the first convolution gives for it, "
        "after its "
        "activation, at the end of training of seed %llu. Blue: above 0, orange: below; white is 0. Maps of a net "
        "share one "
        "scale. A framed channel is dead: its slope is 0 at every position of each of the %zu training pictures.",
        maps->row, (unsigned long long)results->first_seed, results->train_rows);
    if (maps->channels > MOST_CHANNELS)
        rl_write(to, " The first %d of %zu channels are shown.", MOST_CHANNELS, maps->channels);
}

const rl_plot rl_plot_maps = { "activation_maps", wanted, script, data, caption };
