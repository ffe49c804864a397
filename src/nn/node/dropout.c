/* Making a dropout node. */
#include "nn/net.h"

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
            .units = from->units,
            .reads = { x, -1 },
            .learns = from->learns,
            .draws = true,
            .share = (double)share },
        err);
}
