/* Lines under and over a curve (the relaxations of CROWN, Zhang et al. 2018, and DeepPoly, Singh et al. 2019), found
 * for any curve from two promises: image(z) holds what the kernels give on z, slopes(z) holds f' there.
 *
 * A line of slope λ lies under f if its offset is at most the least of g(z) = f(z) - λz on the interval. On a piece
 * [p, q] of it,
 *
 *     g(z) >= image([p, q]).lo - max(λp, λq)                       whatever f does
 *     g(z) >= g(p) + min(0, lowest slope - λ)·(q - p)              by the mean value theorem
 *     g(z) >= g(q) - max(0, highest slope - λ)·(q - p)
 *
 * and the best of the three holds. The last two speak of the exact f, so the kernel's error is taken off: both lie in
 * image([p, p]), whose width is thus a bound at p; twice the widths at both ends and 2^-19 of the largest |f| (sixteen
 * units in the last place, more than any kernel errs by) are a bound on the piece. The worst piece is halved until the
 * bound is close to a value that g takes. The first cut is at 0, where most curves have their kink: ReLU's lines come
 * out as in the papers.
 *
 * Of some slopes (the chord's, f' at both ends and in the middle, 0) the one whose line comes nearest to f at the
 * middle of the interval is taken, which makes the gap's area least. */
#include "vital/relax.h"

#include <float.h>

#include "num/outward.h"

/* A curve to find the least of: sign · f(z) - slope · z. */
typedef struct {
    const rl_activation *curve;
    float alpha;
    bool negated; /* sign is -1 */
    double slope;
} bent;

typedef struct {
    rl_interval z;
    double least;
} piece;

enum { MOST_PIECES = 48, SLOPES_TRIED = 5 };

static rl_interval turned(bool negated, rl_interval x)
{
    return negated ? (rl_interval){ -x.hi, -x.lo } : x;
}

static rl_interval value_on(const bent *f, rl_interval z)
{
    return turned(f->negated, f->curve->image(z, f->alpha));
}

static rl_interval value_at(const bent *f, float z)
{
    return value_on(f, (rl_interval){ z, z });
}

static rl_interval slopes_on(const bent *f, rl_interval z)
{
    return turned(f->negated, f->curve->slopes(z, f->alpha));
}

static double width(rl_interval x)
{
    return (double)x.hi - (double)x.lo;
}

static double largest(double a, double b) /* NaN if one is */
{
    return a > b || a != a ? a : b;
}

static double bound(const bent *f, rl_interval z)
{
    const rl_interval all = value_on(f, z), left = value_at(f, z.lo), right = value_at(f, z.hi),
                      slopes = slopes_on(f, z);
    const double length = up(width(z)), p = f->slope * (double)z.lo, q = f->slope * (double)z.hi;
    double plain = down((double)all.lo - up(largest(p, q)));
    double falls = (double)slopes.lo - f->slope, rises = (double)slopes.hi - f->slope;
    falls = falls < 0 ? falls * length : 0;
    rises = rises > 0 ? rises * length : 0;
    double from_left = (double)left.lo - p + falls, from_right = (double)right.lo - q - rises;
    double size = largest(fabs((double)all.lo), fabs((double)all.hi));
    double kernel = 2 * largest(width(left), width(right)) + 0x1p-19 * size;
    double rounding = 0x1p-50 * (size + fabs(p) + fabs(q) + fabs(f->slope) * length + fabs(falls) + rises);
    double curved = largest(from_left, from_right) - kernel - rounding;
    return curved > plain ? curved : plain;
}

/* What g comes down to at z, or a little above: no bound can be better. */
static double taken_at(const bent *f, float z)
{
    return (double)value_at(f, z).hi - f->slope * (double)z;
}

static double least_of(const bent *f, rl_interval z)
{
    piece pieces[MOST_PIECES] = { { z, bound(f, z) } };
    const double close = 0x1p-12 * width(value_on(f, z));
    double taken = fmin(taken_at(f, z.lo), taken_at(f, z.hi));
    for (int count = 1;; count++) {
        int worst = 0;
        for (int i = 1; i < count; i++)
            if (!(pieces[i].least >= pieces[worst].least))
                worst = i;
        rl_interval whole = pieces[worst].z;
        float middle = count == 1 && z.lo < 0 && z.hi > 0 ? 0 : (float)(((double)whole.lo + (double)whole.hi) / 2);
        if (count == MOST_PIECES || pieces[worst].least >= taken - close || middle <= whole.lo || middle >= whole.hi)
            return pieces[worst].least;
        taken = fmin(taken, taken_at(f, middle));
        const rl_interval left = { whole.lo, middle }, right = { middle, whole.hi };
        pieces[worst] = (piece){ left, bound(f, left) };
        pieces[count] = (piece){ right, bound(f, right) };
    }
}

static rl_line line_below(const rl_activation *curve, float alpha, bool negated, rl_interval z)
{
    bent f = { .curve = curve, .alpha = alpha, .negated = negated };
    const double middle = ((double)z.lo + (double)z.hi) / 2;
    double slopes[SLOPES_TRIED] = { 0 };
    int count = 1;
    if (z.lo < z.hi) {
        const float tangents[] = { z.lo, (float)middle, z.hi };
        slopes[count++] = ((double)value_at(&f, z.hi).lo - (double)value_at(&f, z.lo).lo) / width(z);
        for (int i = 0; i < 3; i++) {
            rl_interval slope = slopes_on(&f, (rl_interval){ tangents[i], tangents[i] });
            slopes[count++] = ((double)slope.lo + (double)slope.hi) / 2;
        }
    }
    rl_line best = { 0, (double)value_on(&f, z).lo };
    double height = best.offset;
    for (int i = 1; i < count; i++) {
        f.slope = slopes[i];
        rl_line line = { f.slope, least_of(&f, z) };
        if (line.slope * middle + line.offset > height) {
            best = line;
            height = line.slope * middle + line.offset;
        }
    }
    return best;
}

rl_lines rl_relax(const rl_activation *curve, float alpha, rl_interval z)
{
    if (!rl_is_bounded(z) || !isfinite(alpha))
        return (rl_lines){ { 0, -INFINITY }, { 0, INFINITY } };
    rl_line below = line_below(curve, alpha, false, z), above = line_below(curve, alpha, true, z);
    return (rl_lines){ below, { -above.slope, -above.offset } };
}

/* At the ends conducts decides, for there a kink's slope may be a decision; inside, no slope but 0 may occur. */
bool rl_is_flat_on(const rl_activation *curve, float alpha, rl_interval z)
{
    if (!rl_is_bounded(z) || !isfinite(alpha) || rl_activation_conducts(curve, alpha, z.lo) ||
        rl_activation_conducts(curve, alpha, z.hi))
        return false;
    const rl_interval inside = { nextafterf(z.lo, INFINITY), nextafterf(z.hi, -INFINITY) };
    if (!(inside.lo <= inside.hi))
        return true;
    rl_interval slopes = curve->slopes(inside, alpha);
    return slopes.lo == 0 && slopes.hi == 0;
}
