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

/* From so many numbers on an array is far larger than the caches (z and a are then 64 MB), and curves that are limited
 * by memory write past them. */
enum { FAR_LARGER = 1 << 23 };

typedef struct {
    const rl_curve *kernels;
    size_t lanes;
    float alpha[RL_MOST_LANES];
    rl_alphas alphas; /* one for all: points to alpha */
} rl_plain_curve;

/* A curve that is none of the list has only its own kernels, which are taken to have one lane. */
static void prepare(rl_plain_curve *call, const rl_activation *curve, float alpha)
{
    size_t index = rl_activation_index(curve);
    call->lanes = index == (size_t)-1 ? 1 : (size_t)rl_lanes_best();
    call->kernels = index == (size_t)-1 ? curve->curve : rl_curve_of(rl_variant_for((int)call->lanes, false), index);
    for (size_t l = 0; l < RL_MOST_LANES; l++)
        call->alpha[l] = alpha;
    call->alphas = (rl_alphas){ .first = call->alpha };
}

static void forward(const rl_plain_curve *call, size_t n, const float *z, float *a)
{
    size_t rest = n % call->lanes, done = n - rest;
    call->kernels->forward(1, done / call->lanes, call->alphas, z, a);
    if (rest) {
        float last_z[RL_MOST_LANES] = { 0 }, last_a[RL_MOST_LANES];
        memcpy(last_z, z + done, rest * sizeof *z);
        call->kernels->forward(1, 1, call->alphas, last_z, last_a);
        memcpy(a + done, last_a, rest * sizeof *a);
    }
}

/* The rows of a that are aligned to their size; the rest before and after them as ever. */
static void stream(const rl_plain_curve *call, size_t n, const float *z, float *a)
{
    size_t row = call->lanes * sizeof *a, before = (row - (uintptr_t)a % row) % row / sizeof *a;
    size_t rows = (n - before) / call->lanes, done = before + rows * call->lanes;
    forward(call, before, z, a);
    call->kernels->stream(rows, call->alpha, z + before, a + before);
    forward(call, n - done, z + done, a + done);
}

void rl_activation_forward(const rl_activation *curve, size_t n, float alpha, const float *z, float *a)
{
    rl_plain_curve call;
    prepare(&call, curve, alpha);
    if (n >= FAR_LARGER && call.kernels->stream)
        stream(&call, n, z, a);
    else
        forward(&call, n, z, a);
}

void rl_activation_backward(
    const rl_activation *curve, size_t n, float alpha, const float *z, const float *da, float *dz)
{
    rl_plain_curve call;
    prepare(&call, curve, alpha);
    size_t rest = n % call.lanes, done = n - rest;
    call.kernels->backward(1, done / call.lanes, call.alphas, z, da, dz, false);
    if (rest) {
        float last_z[RL_MOST_LANES] = { 0 }, last_da[RL_MOST_LANES] = { 0 }, last_dz[RL_MOST_LANES] = { 0 };
        memcpy(last_z, z + done, rest * sizeof *z);
        memcpy(last_da, da + done, rest * sizeof *da);
        memcpy(last_dz, dz + done, rest * sizeof *dz);
        call.kernels->backward(1, 1, call.alphas, last_z, last_da, last_dz, false);
        memcpy(dz + done, last_dz, rest * sizeof *dz);
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
