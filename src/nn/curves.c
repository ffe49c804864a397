/* The curves by name, by place and by variant, and curves on plain arrays. Every variant lists the same curves in
 * the same order, up to a NULL. */
#include "nn/curves.h"

#include <float.h>
#include <string.h>

#include "base/text.h"

#define DECLARE(name, lanes, float64) extern const rl_activation *const rl_activation_list_##name[];
extern const rl_activation *const rl_activation_list[];
RL_SUFFIXED_VARIANTS(DECLARE)

#define LIST(name, lanes, float64) rl_activation_list_##name,
static const rl_activation *const *const lists[RL_VARIANTS] = { rl_activation_list, RL_SUFFIXED_VARIANTS(LIST) };

const rl_activation *const *rl_activations(size_t *count)
{
    for (*count = 0; rl_activation_list[*count];)
        ++*count;
    return rl_activation_list;
}

const rl_activation *rl_activation_named(const char *name, rl_error *err)
{
    enum { ROOM = 64 };
    const char *names[ROOM];
    size_t count = 0;
    if (rl_failed(err))
        return NULL;
    for (; rl_activation_list[count]; count++) {
        if (strcmp(rl_activation_list[count]->name, name) == 0)
            return rl_activation_list[count];
        if (count < ROOM)
            names[count] = rl_activation_list[count]->name;
    }
    rl_fail_unknown(err, "activation", name, names, count < ROOM ? count : ROOM);
    return NULL;
}

size_t rl_activation_index(const rl_activation *curve)
{
    for (size_t i = 0; rl_activation_list[i]; i++)
        if (rl_activation_list[i] == curve)
            return i;
    return (size_t)-1;
}

const rl_curve *rl_curve_of(rl_variant variant, size_t index)
{
    return lists[variant][index]->curve;
}

/* ---- curves on plain arrays: n numbers are n / LANES full rows and, padded with zeros, one more ---- */

enum { WIDEST = 16 };

typedef struct {
    const rl_curve *kernels;
    size_t lanes, rows, rest; /* n = rows · lanes + rest */
    float alpha[WIDEST];
    rl_alphas alphas; /* one for all: points to alpha */
} rl_rows_of_curve;

/* A curve that is none of the list has only its own kernels, which are taken to have one lane. */
static void plan(rl_rows_of_curve *plan, const rl_activation *curve, size_t n, float alpha)
{
    size_t index = rl_activation_index(curve);
    plan->lanes = index == (size_t)-1 ? 1 : (size_t)rl_lanes_best();
    plan->kernels = index == (size_t)-1 ? curve->curve : rl_curve_of(rl_variant_for((int)plan->lanes, false), index);
    plan->rows = n / plan->lanes;
    plan->rest = n % plan->lanes;
    for (size_t l = 0; l < WIDEST; l++)
        plan->alpha[l] = alpha;
    plan->alphas = (rl_alphas){ .first = plan->alpha };
}

void rl_activation_forward(const rl_activation *curve, size_t n, float alpha, const float *z, float *a)
{
    rl_rows_of_curve call;
    plan(&call, curve, n, alpha);
    call.kernels->forward(1, call.rows, call.alphas, z, a);
    if (call.rest) {
        size_t done = n - call.rest;
        float last_z[WIDEST] = { 0 }, last_a[WIDEST];
        memcpy(last_z, z + done, call.rest * sizeof *z);
        call.kernels->forward(1, 1, call.alphas, last_z, last_a);
        memcpy(a + done, last_a, call.rest * sizeof *a);
    }
}

void rl_activation_backward(
    const rl_activation *curve, size_t n, float alpha, const float *z, const float *da, float *dz)
{
    rl_rows_of_curve call;
    plan(&call, curve, n, alpha);
    call.kernels->backward(1, call.rows, call.alphas, z, da, dz);
    if (call.rest) {
        size_t done = n - call.rest;
        float last_z[WIDEST] = { 0 }, last_da[WIDEST] = { 0 }, last_dz[WIDEST] = { 0 };
        memcpy(last_z, z + done, call.rest * sizeof *z);
        memcpy(last_da, da + done, call.rest * sizeof *da);
        memcpy(last_dz, dz + done, call.rest * sizeof *dz);
        call.kernels->backward(1, 1, call.alphas, last_z, last_da, last_dz);
        memcpy(dz + done, last_dz, call.rest * sizeof *dz);
    }
}

/* The one-lane kernel's count of one example. It counts finite ones only, so ∞ becomes the largest float. */
bool rl_activation_conducts(const rl_activation *curve, float alpha, float z)
{
    if (z != z)
        return true;
    z = z > FLT_MAX ? FLT_MAX : z < -FLT_MAX ? -FLT_MAX : z;
    int32_t conducted = 0, fired = 0, broken = 0;
    curve->curve->watch(1, 1, (rl_alphas){ .first = &alpha }, &z, &conducted, &fired, &broken);
    return conducted > 0;
}
