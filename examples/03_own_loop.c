/* A training loop of one's own: forward, loss, backward, and gradient descent written out. The net is what is
 * learned; the pass holds one evaluation of it, and once it exists nothing in it can fail. */
#include <relive.h>
#include <stdio.h>

enum { ROWS = 4, STEPS = 500 };

int main(void)
{
    /* The exclusive or: no straight line separates its classes. */
    const float x[ROWS][2] = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
    const float wanted[ROWS] = { 0, 1, 1, 0 }; /* class numbers */
    const float rate = 0.5f;

    rl_error err = { 0 };
    rl_net *net = rl_net_new((rl_net_config){ .seed = 3 }, &err);
    rl_net_append(net, "input 2; dense 8; tanh; dense 2", (rl_dense_config){ 0 }, &err);
    rl_pass *pass = rl_pass_new(net, ROWS, &err);
    if (err.code) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }

    size_t count;
    float *w = rl_parameters(net, &count); /* all of them, in one flat array */
    for (int step = 0; step <= STEPS; step++) {
        float loss, dloss[ROWS][2];
        rl_forward(net, pass, &x[0][0], ROWS);
        rl_loss_mean(net, pass, &rl_cross_entropy, wanted, &loss, &dloss[0][0]);
        rl_backward(net, pass, &dloss[0][0]);
        const float *dw = rl_gradients(pass);
        for (size_t i = 0; i < count; i++)
            w[i] -= rate * dw[i];
        if (step % 100 == 0)
            printf("step %3d  loss %.4f\n", step, (double)loss);
    }

    rl_forward(net, pass, &x[0][0], ROWS);
    const float *scores = rl_output(pass); /* [ROWS][2] */
    for (int r = 0; r < ROWS; r++)
        printf("%.0f xor %.0f = %d\n", (double)x[r][0], (double)x[r][1], scores[2 * r + 1] > scores[2 * r]);

    rl_pass_free(pass);
    rl_net_free(net);
    return 0;
}
