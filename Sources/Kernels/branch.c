// Attention of tokens that follow a prefix which other sequences share.

#include "kernels.h"
#include "vector.h"

// First column that the column `last` sees.
static inline long first_seen(long last, long window) { return window == 0 || last < window ? 0 : last - window + 1; }

RK_CLONES void rk_branch_softmax(long T, long P, long window, float scale, float *restrict scores) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    float *restrict x = scores + t * (P + T);
    const long last = P + t, first = first_seen(last, window);
    float top = x[first];
    for (long i = first + 1; i <= last; i++) top = x[i] > top ? x[i] : top;
    float sum = 0;
    for (long i = first; i <= last; i++) {
      const float e = rk_exp((x[i] - top) * scale);
      x[i] = e;
      sum += e;
    }
    const float r = 1.0f / sum;
    for (long i = first; i <= last; i++) x[i] *= r;
    for (long i = 0; i < first; i++) x[i] = 0;
    for (long i = last + 1; i < P + T; i++) x[i] = 0;
  }
}

RK_CLONES void rk_branch_softmax_backward(long T, long P, long window, float scale, const float *restrict p,
                                          float *restrict dscores) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    const float *restrict pt = p + t * (P + T);
    float *restrict dt = dscores + t * (P + T);
    const long last = P + t, first = first_seen(last, window);
    float dot = 0;
    for (long i = first; i <= last; i++) dot += pt[i] * dt[i];
    for (long i = first; i <= last; i++) dt[i] = scale * pt[i] * (dt[i] - dot);
    for (long i = 0; i < first; i++) dt[i] = 0;
    for (long i = last + 1; i < P + T; i++) dt[i] = 0;
  }
}
