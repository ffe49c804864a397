/* Making a dropout node. */
#include "nn/node/node.h"

#include <stdio.h>

rl_node rl_dropout(rl_net *net, rl_node x, float share, rl_error *err)
{
    if (!rl_net_readable(net, x, err))
        return -1;
    if (!(share >= 0 && share < 1)) {
        rl_fail(err, RL_BAD_CONFIG, "dropout: share %g; expected at least 0 and below 1", (double)share);
        return -1;
    }
    const rl_node_data *from = &net->nodes[x];
    return rl_net_add_node(net,
        (rl_node_data){ .kind = RL_DROPOUT,
            .shape = from->shape,
            .reads = { x, -1 },
            .learns = from->learns,
            .draws = true,
            .share = (double)share },
        err);
}

static rl_node append(rl_net *net, const rl_phrase *p, const rl_dense_config *defaults, rl_error *err)
{
    (void)defaults;
    double share;
    if (p->words != 2 || !rl_parse_double(p->word[1], &share))
        return rl_phrase_fail(p, &rl_node_dropout, err);
    return rl_dropout(net, p->reads, (float)share, err);
}

static void describe(const rl_net *net, rl_node node, int lane, char *text, size_t room)
{
    (void)lane;
    char share[32];
    rl_write_float((float)net->nodes[node].share, share, sizeof share);
    snprintf(text, room, "dropout %s", share);
}

const rl_node_kind rl_node_dropout = {
    .word = "dropout",
    .expected = "dropout P, a number from 0 to below 1",
    .append = append,
    .describe = describe,
    .sum = rl_sum_of_copy,
    .most_terms = rl_one_term,
    .passes_on = true,
};
