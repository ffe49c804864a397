/* Making an add node: a skip connection. */
#include "nn/net.h"

rl_node rl_add(rl_net *net, rl_node x, rl_node y, rl_error *err)
{
    if (!rl_net_readable(net, x, err) || !rl_net_readable(net, y, err))
        return -1;
    int units = net->nodes[x].units;
    if (units != net->nodes[y].units) {
        rl_fail(err, RL_BAD_SHAPE, "add: node %d gives %d values and node %d gives %d; expected the same", x, units, y,
            net->nodes[y].units);
        return -1;
    }
    return rl_net_add_node(net,
        (rl_node_data){
            .kind = RL_ADD, .units = units, .reads = { x, y }, .learns = net->nodes[x].learns || net->nodes[y].learns },
        err);
}
