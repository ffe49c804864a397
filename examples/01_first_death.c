/* The first death. A small ReLU net learns two moons with a learning rate that is far too high, and after every
 * step we ask each hidden unit whether it still lives.
 *
 * A unit is dead on a data set when the slope of its curve is exactly 0 on every row: no gradient reaches its
 * weights any more. One large step is enough to push it there. */
#include <relive.h>
#include <stdio.h>

enum { UNITS = 16 };

int main(void)
{
    rl_error err = { 0 };
    rl_dataset *moons = rl_data_load("moons:400", (rl_data_config){ .seed = 1 }, &err);
    rl_net *net = rl_net_new((rl_net_config){ .seed = 7 }, &err);
    rl_net_append(net, "input 2; dense 16; relu; dense 2", (rl_dense_config){ 0 }, &err);
    rl_census *census = rl_census_new(net, &err);
    rl_trainer *trainer = rl_trainer_new(net, moons, &(rl_training){ .rate = 5, .epochs = 3 }, &err);

    bool dead[UNITS] = { false };
    int deaths = 0;
    bool more = !err.code;
    while (more) {
        more = rl_trainer_step(trainer, 1);
        if (!rl_census_take(census, net, moons, &err))
            break;
        for (size_t u = 0; u < UNITS; u++) {
            bool is_dead = rl_is_dead(rl_census_vitals(census, u, 0));
            if (is_dead && !dead[u] && deaths++ == 0)
                printf("The first death: unit %zu at step %ld. From here on it gives 0 for each of the %zu rows.\n", u,
                    rl_trainer_steps(trainer), moons->rows);
            dead[u] = is_dead;
        }
    }
    if (!err.code)
        printf("After %ld steps %.0f of %d units are dead.\n", rl_trainer_steps(trainer),
            rl_census_dead_share(census, 0) * UNITS, UNITS);
    else
        fprintf(stderr, "%s\n", err.text);

    rl_trainer_free(trainer);
    rl_census_free(census);
    rl_net_free(net);
    rl_data_free(moons);
    return err.code ? 1 : 0;
}
