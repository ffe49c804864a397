/* A two-layer net from scratch: digits in, one of ten classes out. Data are split and standardised, the net is
 * built node by node, trained, judged on rows it has never seen, and asked about one of them. */
#include <relive.h>
#include <stdio.h>

int main(void)
{
    rl_error err = { 0 };

    /* The data: a fifth of the rows is kept for testing; both parts are scaled by what the training part says. */
    rl_dataset *digits = rl_data_load("digits", (rl_data_config){ 0 }, &err);
    rl_dataset *training = NULL, *testing = NULL;
    rl_scaling scaling = { 0 };
    rl_data_split(digits, 0.2, 1, &training, &testing, &err);
    if (rl_scaling_measure(training, &scaling, (rl_memory){ 0 }, &err)) {
        rl_scaling_apply(&scaling, training);
        rl_scaling_apply(&scaling, testing);
    }

    /* The net: 64 pixels, 32 hidden units, 10 scores. */
    rl_net *net = rl_net_new((rl_net_config){ .seed = 7 }, &err);
    rl_node x = rl_input(net, (rl_shape){ 1, { 64 } }, &err);
    x = rl_dense(net, x, (rl_dense_config){ .units = 32 }, &err);
    x = rl_activate(net, x, &rl_leaky_relu, &err);
    rl_dense(net, x, (rl_dense_config){ .units = 10 }, &err);

    rl_train(net, training, &(rl_training){ .rate = 0.1f, .epochs = 20 }, NULL, &err);

    double loss, accuracy;
    if (rl_evaluate(net, testing, &rl_cross_entropy, &loss, &accuracy, &err)) {
        printf("%zu digits it has never seen: %.1f %% right, loss %.3f\n", testing->rows, 100 * accuracy, loss);
        static float probabilities[10000];
        static int decided[1000];
        if (testing->rows <= 1000 && rl_predict(net, 0, testing, &rl_cross_entropy, probabilities, decided, &err))
            printf("the first is a %s; the net says %s, sure to %.0f %%\n", digits->class_names[(int)testing->y[0]],
                digits->class_names[decided[0]], 100 * probabilities[decided[0]]);
    }

    rl_net_free(net);
    rl_scaling_free(&scaling);
    rl_data_free(testing);
    rl_data_free(training);
    rl_data_free(digits);
    if (err.code)
        fprintf(stderr, "%s\n", err.text);
    return err.code ? 1 : 0;
}
