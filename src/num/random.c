#include "num/random.h"

#include <math.h>

/* Ten rounds of Philox on the counter; constants from the paper. */
void rl_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4])
{
    uint32_t k0 = key[0], k1 = key[1];
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        uint32_t n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c1 = (uint32_t)p1;
        c3 = (uint32_t)p0;
        c0 = n0;
        c2 = n2;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

/* The key is seed and purpose, mixed by Philox itself so that neighbouring seeds share nothing. */
rl_random rl_random_stream(uint64_t seed, rl_purpose purpose, uint64_t stream)
{
    const uint32_t words[4] = { (uint32_t)seed, (uint32_t)(seed >> 32), (uint32_t)purpose, 0x52656C76u };
    const uint32_t zero[2] = { 0, 0 };
    uint32_t mixed[4];
    rl_philox(zero, words, mixed);
    return (rl_random){ .key = { mixed[0], mixed[1] }, .stream = { (uint32_t)stream, (uint32_t)(stream >> 32) } };
}

uint32_t rl_random_bits(rl_random *random)
{
    uint64_t index = random->at / 4;
    if (random->made != index + 1) {
        const uint32_t counter[4] = { (uint32_t)index, (uint32_t)(index >> 32), random->stream[0], random->stream[1] };
        rl_philox(random->key, counter, random->block);
        random->made = index + 1;
    }
    return random->block[random->at++ % 4];
}

/* Lemire's multiply-and-reject (2019): unbiased, and it hardly ever divides. */
uint32_t rl_random_below(rl_random *random, uint32_t bound)
{
    uint64_t product = (uint64_t)rl_random_bits(random) * bound;
    if ((uint32_t)product < bound) {
        uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold)
            product = (uint64_t)rl_random_bits(random) * bound;
    }
    return (uint32_t)(product >> 32);
}

double rl_random_uniform(rl_random *random)
{
    uint64_t high = rl_random_bits(random) >> 6; /* 26 bits */
    uint64_t low = rl_random_bits(random) >> 6;  /* 26 bits */
    return ((double)(high << 26 | low) + 0.5) * 0x1p-52;
}

double rl_random_normal(rl_random *random)
{
    double u = rl_random_uniform(random), v = rl_random_uniform(random);
    return sqrt(-2 * log(u)) * cos(6.283185307179586476925286766559 * v);
}

void rl_random_shuffle(rl_random *random, uint32_t *order, size_t count)
{
    for (size_t left = count; left > 1; left--) {
        size_t pick = rl_random_below(random, (uint32_t)left);
        uint32_t last = order[left - 1];
        order[left - 1] = order[pick];
        order[pick] = last;
    }
}
