#include "study/plan.h"

#include "study/change.h"

#include <stdlib.h>

int rl_lanes_holding(size_t trainings, int lanes)
{
    while (lanes > 4 && trainings <= (size_t)lanes / 2)
        lanes /= 2;
    return lanes;
}

/* What an arm changes in the recipe and its gates hold for the whole net; curves may differ from lane to lane, most of
 * them. */
static bool may_share(const rl_study *study, size_t setting, size_t one, size_t other)
{
    const rl_arm base = study->settings[setting].base;
    const rl_arm a = rl_arm_on(base, study->arms[one]), b = rl_arm_on(base, study->arms[other]);
    return rl_changes_same(a, b) && a.gates == b.gates &&
           (a.curve == b.curve || !(a.curve->learned || a.curve->drawn || b.curve->learned || b.curve->drawn));
}

/* Puts arm's seeds first … into packs; the last pack, if it has room and another arm may join, stays open in *open. */
static void deal(
    rl_plan *plan, const rl_study *study, rl_pack like, size_t arm, size_t first, size_t count, rl_pack **open)
{
    for (size_t s = first; s < first + count; s++) {
        rl_pack *pack = *open;
        if (pack && (pack->used == like.lanes || pack->lanes != like.lanes ||
                        !may_share(study, like.setting, pack->arm[0], arm)))
            pack = NULL;
        if (!pack) {
            pack = &plan->packs[plan->count++];
            *pack = like;
            *open = pack;
        }
        pack->arm[pack->used] = arm;
        pack->seed[pack->used] = s;
        pack->used++;
    }
}

static int by_seed(const void *left, const void *right)
{
    const rl_pack *a = left, *b = right;
    if (a->seed[0] != b->seed[0])
        return a->seed[0] < b->seed[0] ? -1 : 1;
    if (a->setting != b->setting)
        return a->setting < b->setting ? -1 : 1;
    return a->arm[0] < b->arm[0] ? -1 : a->arm[0] > b->arm[0];
}

static int lanes_of(const rl_plan *plan, const rl_study *study, size_t setting, size_t arm, const rl_dataset *data)
{
    const rl_setting *of = &study->settings[setting];
    const int fastest = rl_recipe_lanes(&of->recipe, rl_arm_on(of->base, study->arms[arm]), data);
    return study->lanes || fastest > plan->lanes ? plan->lanes : fastest;
}

static void fill(rl_plan *plan, const rl_study *study, const rl_dataset *data)
{
    plan->count = 0;
    for (size_t setting = 0; setting < study->setting_count; setting++) {
        rl_pack *open = NULL;
        for (size_t arm = 0; arm < study->arm_count; arm++) {
            const rl_pack like = { .setting = setting, .lanes = lanes_of(plan, study, setting, arm, data) };
            const size_t lanes = (size_t)like.lanes, rest = study->seeds % lanes, whole = study->seeds - rest;
            for (size_t s = 0; s < whole; s += lanes)
                deal(plan, study, like, arm, s, lanes, &(rl_pack *){ NULL });
            deal(plan, study, like, arm, whole, rest, &open);
        }
    }
    for (size_t p = 0; p < plan->count; p++) {
        rl_pack *pack = &plan->packs[p];
        if (!study->lanes)
            pack->lanes = rl_lanes_holding((size_t)pack->used, pack->lanes);
        for (int l = pack->used; l < pack->lanes; l++) {
            pack->arm[l] = pack->arm[pack->used - 1];
            pack->seed[l] = pack->seed[pack->used - 1];
        }
    }
    qsort(plan->packs, plan->count, sizeof *plan->packs, by_seed);
}

bool rl_plan_make(rl_plan *plan, const rl_study *study, const rl_dataset *data, int threads, rl_error *err)
{
    *plan = (rl_plan){ .memory = study->memory, .lanes = study->lanes ? study->lanes : rl_lanes_best() };
    if (rl_failed(err))
        return false;
    if (!rl_lanes_supported(plan->lanes))
        return rl_fail(err, RL_BAD_CONFIG,
            "lanes %d: this processor has %s kernels; expected 1, 4, 8 (AVX2) or 16 (AVX-512)", plan->lanes,
            rl_processor_kernels());
    size_t most;
    if (__builtin_mul_overflow(study->setting_count, study->arm_count, &most) ||
        __builtin_mul_overflow(most, study->seeds, &most))
        return rl_fail(err, RL_BAD_CONFIG, "too many trainings: %zu settings, %zu arms, %zu seeds",
            study->setting_count, study->arm_count, study->seeds);
    plan->packs = rl_new(study->memory, most, sizeof *plan->packs, err); /* one training a pack at worst */
    if (!plan->packs)
        return false;
    fill(plan, study, data);
    while (!study->lanes && plan->count < (size_t)threads && plan->lanes > 4) {
        plan->lanes /= 2;
        fill(plan, study, data);
    }
    plan->lanes = 1;
    for (size_t p = 0; p < plan->count; p++)
        plan->lanes = plan->packs[p].lanes > plan->lanes ? plan->packs[p].lanes : plan->lanes;
    return true;
}

void rl_plan_free(rl_plan *plan)
{
    rl_free(plan->memory, plan->packs);
    *plan = (rl_plan){ 0 };
}
