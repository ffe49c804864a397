/* The input node: always the first, of any shape. */
#include "nn/net.h"

#include <limits.h>

rl_node rl_input(rl_net *net, rl_shape shape, rl_error *err)
{
    if (rl_failed(err))
        return -1;
    if (net->count) {
        rl_fail(err, RL_BAD_SHAPE, "a net has one input, and it comes first");
        return -1;
    }
    long units = 1;
    if (shape.rank < 1 || shape.rank > 4)
        units = 0;
    for (int i = 0; i < shape.rank && units > 0; i++)
        units = shape.size[i] < 1 || units > INT_MAX / shape.size[i] ? 0 : units * shape.size[i];
    if (units < 1) {
        rl_fail(err, RL_BAD_SHAPE, "input: expected 1 to 4 sizes of at least 1 whose product is below 2^31");
        return -1;
    }
    return rl_net_add_node(net, (rl_node_data){ .kind = RL_INPUT, .units = (int)units, .reads = { -1, -1 } }, err);
}
