// The output head: log-probabilities, their gradient, and drawing a token.

#include <math.h>

#include "kernels.h"
#include "vector.h"

RK_CLONES float rk_log_sum_exp(long n, const float *restrict x) {
  RK_REASSOCIATE
  const float top = rk_largest(n, x);
  float sum = 0;
  for (long i = 0; i < n; i++) sum += rk_exp(x[i] - top);
  return top + logf(sum);
}

RK_CLONES void rk_cross_entropy_backward(long V, float *restrict logits, float log_sum_exp, long target, float factor) {
  for (long i = 0; i < V; i++) logits[i] = rk_exp(logits[i] - log_sum_exp) * factor;
  logits[target] -= factor;
}

RK_CLONES long rk_argmax(long n, const float *restrict x) {
  const float top = rk_largest(n, x);
  for (long i = 0; i < n; i++)
    if (x[i] == top) return i;
  return 0;
}

RK_CLONES static float mass_from(long n, const float *restrict w, float threshold) {
  RK_REASSOCIATE
  float sum = 0;
  for (long i = 0; i < n; i++) sum += w[i] >= threshold ? w[i] : 0.0f;
  return sum;
}

RK_CLONES static void exponentials(long n, const float *restrict x, float top, float factor, float *restrict w) {
  for (long i = 0; i < n; i++) w[i] = rk_exp((x[i] - top) * factor);
}

// The smallest weight that is still kept is found by bisection instead of a sort: weights lie in (0, 1], the largest is
// 1, and a float in that range has fewer than 2³⁰ values, so bisecting their bit patterns ends within 30 halvings.
long rk_sample(long V, const float *restrict logits, float temperature, float top_p, double uniform,
               float *restrict weights) {
  const long best = rk_argmax(V, logits);
  exponentials(V, logits, logits[best], 1.0f / temperature, weights);
  float threshold = 0;
  if (top_p < 1) {
    const float wanted = top_p * mass_from(V, weights, 0);
    uint32_t low = 0, high = 0x3f800000;  // the bits of 0 and of 1: mass(low) ≥ wanted
    while (high - low > 1) {
      const uint32_t middle = low + (high - low) / 2;
      float candidate;
      memcpy(&candidate, &middle, sizeof candidate);
      if (mass_from(V, weights, candidate) >= wanted)
        low = middle;
      else
        high = middle;
    }
    float at_high;
    memcpy(&at_high, &high, sizeof at_high);
    if (mass_from(V, weights, at_high) >= wanted) low = high;  // only where one token alone reaches top_p
    memcpy(&threshold, &low, sizeof threshold);
  }
  double total = 0;
  for (long i = 0; i < V; i++)
    if (weights[i] >= threshold) total += (double)weights[i];
  const double target = uniform * total;
  double sum = 0;
  long last = best;
  for (long i = 0; i < V; i++) {
    if (weights[i] < threshold || weights[i] == 0) continue;
    sum += (double)weights[i];
    last = i;
    if (sum > target) return i;
  }
  return last;
}
