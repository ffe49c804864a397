/* The report of an adversarial study, from its results alone. */
#ifndef RL_REPORT_GAN_H
#define RL_REPORT_GAN_H

#include "report/place.h"
#include "report/words.h"
#include "relive_study.h"

typedef struct {
    const char *name; /* "samples": samples.svg, samples.png, samples.gnuplot, samples.dat */
    void (*script)(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary);
    void (*data)(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary);
    void (*caption)(rl_writing *to, const rl_gan_results *results); /* plain text: what the page says below it */
} rl_gan_plot;
extern const rl_gan_plot rl_gan_plot_samples, rl_gan_plot_modes, rl_gan_plot_dead, rl_gan_plot_loss;
const rl_gan_plot *const *rl_gan_plots(size_t *count);
void rl_gan_no_plots(rl_place *place); /* notes that a folder has none of them */

/* A plot as the page has it. */
typedef struct {
    const rl_gan_plot *plot;
    const char *svg;
} rl_gan_figure;
void rl_write_gan_page(rl_writing *to, const rl_gan_results *results, const rl_gan_summary *summary,
    const char *analysis, const rl_gan_figure *figures, size_t count);
void rl_write_gan_csv(rl_writing *to, const rl_gan_results *results);    /* a line for each training */
void rl_write_gan_events(rl_writing *to, const rl_gan_results *results); /* a line for each death and revival */
char *rl_gan_analysis(const rl_gan_results *results, const rl_gan_summary *summary, rl_error *err);
void rl_write_gan_command(rl_writing *to, const rl_gan_results *results); /* that runs the study again */

/* Names, and the colour and dash of an arm, the same in every plot. */
rl_words rl_gan_title(const rl_gan_results *results, size_t arm); /* "ReLU", "G ReLU, D Leaky ReLU (α = 0.2)" */
rl_words rl_gan_rule(const rl_gan_results *results); /* when a sample is of high quality: "within three …" */
const char *rl_gan_colour(size_t arm);
const char *rl_gan_dash(size_t arm);

#endif
