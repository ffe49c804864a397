/* The worked lesson "dosage": a net small enough to follow by hand.
 *
 *     top    = f(w₁·x + b₁)      bottom = f(w₂·x + b₂)      output = g(v₁·top + v₂·bottom + c)
 *
 * With ReLU both f and g are ReLU; with SoftPlus f is, and g is the identity. The weights are those of a well-known
 * series of lessons, for three points: (0, 0), (0.5, 1) and (1, 0). The net is an ordinary one of this library. */
#include "base/error.h"
#include "relive_study.h"

#include <string.h>

enum { HIDDEN_NODE = 2, PARAMETERS = 7 };

typedef struct {
    const rl_activation *curve;
    const char *layers;
    float parameters[PARAMETERS]; /* w₁ w₂, b₁ b₂, v₁ v₂, c */
} lesson;

static const lesson lessons[] = {
    { &rl_relu, "input 1; dense 2; relu; dense 1; relu", { 1.70f, 12.6f, -0.85f, 0, -40.8f, 2.70f, -16 } },
    { &rl_softplus, "input 1; dense 2; softplus; dense 1", { -34.4f, -2.52f, 2.14f, 1.29f, -1.30f, 2.28f, -0.58f } },
};

static const lesson *lesson_with(const rl_activation *curve, rl_error *err)
{
    for (size_t i = 0; i < sizeof lessons / sizeof *lessons; i++)
        if (lessons[i].curve == curve)
            return &lessons[i];
    rl_fail(err, RL_BAD_CONFIG, "the lesson has no version with %s; expected relu or softplus", curve->name);
    return NULL;
}

bool rl_dosage_lesson(
    const rl_activation *curve, const double *dosages, size_t count, rl_dosage_point *points, rl_error *err)
{
    const lesson *which = rl_failed(err) ? NULL : lesson_with(curve, err);
    rl_net *net = which ? rl_net_new((rl_net_config){ 0 }, err) : NULL;
    rl_pass *pass = NULL;
    if (net && rl_net_append(net, which->layers, (rl_dense_config){ 0 }, err))
        pass = rl_pass_new(net, 1, err);
    if (pass) {
        size_t parameters;
        memcpy(rl_parameters(net, &parameters), which->parameters, sizeof which->parameters);
        for (size_t i = 0; i < count; i++) {
            const float x = (float)dosages[i];
            rl_forward(net, pass, &x, 1);
            const float *hidden = rl_values(pass, HIDDEN_NODE);
            points[i] = (rl_dosage_point){ dosages[i], (double)hidden[0], (double)hidden[1], (double)*rl_output(pass) };
        }
    }
    rl_pass_free(pass);
    rl_net_free(net);
    return !rl_failed(err);
}
