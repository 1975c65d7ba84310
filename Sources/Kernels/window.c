// Attention that reaches back a limited number of positions.

#include "kernels.h"
#include "vector.h"

// First position that row t sees.
static inline long first_seen(long t, long window) { return t < window ? 0 : t - window + 1; }

RK_CLONES void rk_window_softmax(long T, long window, float scale, float *restrict scores) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    float *restrict x = scores + t * T;
    const long first = first_seen(t, window);
    float top = x[first];
    for (long i = first + 1; i <= t; i++) top = x[i] > top ? x[i] : top;
    float sum = 0;
    for (long i = first; i <= t; i++) {
      const float e = rk_exp((x[i] - top) * scale);
      x[i] = e;
      sum += e;
    }
    const float r = 1.0f / sum;
    for (long i = first; i <= t; i++) x[i] *= r;
    for (long i = 0; i < first; i++) x[i] = 0;
    for (long i = t + 1; i < T; i++) x[i] = 0;
  }
}

RK_CLONES void rk_window_softmax_backward(long T, long window, float scale, const float *restrict p,
                                          float *restrict dscores) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    const float *restrict pt = p + t * T;
    float *restrict dt = dscores + t * T;
    const long first = first_seen(t, window);
    float dot = 0;
    for (long i = first; i <= t; i++) dot += pt[i] * dt[i];
    for (long i = first; i <= t; i++) dt[i] = scale * pt[i] * (dt[i] - dot);
    for (long i = 0; i < first; i++) dt[i] = 0;
    for (long i = t + 1; i < T; i++) dt[i] = 0;
  }
}
