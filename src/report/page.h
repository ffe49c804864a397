/* report.html: all of a study on one page that needs nothing else, no network, no script, no other file. */
#ifndef RL_REPORT_PAGE_H
#define RL_REPORT_PAGE_H

#include "report/plots.h"
#include "report/writing.h"
#include "relive_study.h"

/* A plot as the page has it: gnuplot's SVG, and what is written below. */
typedef struct {
    const rl_plot *plot;
    const char *svg;
} rl_figure;

void rl_write_page(rl_writing *to, const rl_results *results, const rl_summary *summary, const char *analysis,
    const rl_figure *figures, size_t figure_count);

/* gnuplot's SVG within a page; name: the plot's. And Markdown, of which the analyses use a title (left out here),
 * paragraphs and emphasis. */
void rl_write_svg(rl_writing *to, const char *svg, const char *name);
void rl_write_markdown(rl_writing *to, const char *text);

extern const char rl_page_style[]; /* its CSS */

#endif
