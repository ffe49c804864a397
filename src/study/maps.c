#include "study/maps.h"

#include "nn/net.h"

#include <string.h>

/* The first hidden layer, if it gives pictures; -1: there is none such. */
static rl_node first_pictures(const rl_net *net)
{
    for (rl_node n = 0; n < net->count; n++)
        if (rl_has_units(net, n))
            return net->nodes[n].shape.rank == 3 && net->nodes[0].shape.rank == 3 ? n : -1;
    return -1;
}

rl_maps *rl_maps_new(const rl_net *net, rl_memory memory, rl_error *err)
{
    rl_maps *maps = rl_new(memory, 1, sizeof *maps, err);
    const rl_node node = maps ? first_pictures(net) : -1;
    if (node < 0)
        return maps;
    const int *of = net->nodes[node].shape.size, *image = net->nodes[0].shape.size;
    maps->channels = (size_t)of[0];
    maps->height = (size_t)of[1];
    maps->width = (size_t)of[2];
    maps->image_channels = (size_t)image[0];
    maps->image_height = (size_t)image[1];
    maps->image_width = (size_t)image[2];
    maps->image = rl_new(memory, (size_t)net->nodes[0].values, sizeof *maps->image, err);
    maps->maps = rl_new(memory, (size_t)net->nodes[node].values, sizeof *maps->maps, err);
    maps->dead = rl_new(memory, maps->channels, sizeof *maps->dead, err);
    return maps;
}

void rl_maps_free(rl_maps *maps, rl_memory memory)
{
    if (!maps)
        return;
    rl_free(memory, maps->image);
    rl_free(memory, maps->maps);
    rl_free(memory, maps->dead);
    rl_free(memory, maps);
}

static void keep_image(rl_maps *maps, const rl_parts *parts)
{
    const rl_dataset *train = parts->train;
    const rl_scaling *scaling = &parts->scaling;
    for (size_t i = 0; i < train->features; i++) {
        const float x = train->x[maps->row * train->features + i];
        maps->image[i] = scaling->features ? x * scaling->deviation[i] + scaling->mean[i] : x;
    }
}

void rl_maps_draw(
    rl_maps *maps, const rl_net *net, int lane, const rl_parts *parts, const rl_monitor *monitor, rl_error *err)
{
    if (!maps->channels)
        return;
    const rl_node node = first_pictures(net);
    rl_net *alone = rl_net_copy_lane(net, lane, err);
    rl_pass *pass = alone ? rl_pass_new(alone, 1, err) : NULL;
    if (pass) {
        rl_forward(alone, pass, parts->train->x + maps->row * parts->train->features, 1);
        memcpy(maps->maps, rl_values(pass, node), (size_t)net->nodes[node].values * sizeof *maps->maps);
        for (size_t c = 0; c < maps->channels; c++)
            maps->dead[c] = rl_monitor_state(monitor, c, lane).dead;
        keep_image(maps, parts);
        maps->known = true;
    }
    rl_pass_free(pass);
    rl_net_free(alone);
}
