// Attention that reaches back a limited number of positions.

#include "kernels.h"
#include "softmax.h"
#include "vector.h"

// First position that row t sees.
static inline long first_seen(long t, long window) { return t < window ? 0 : t - window + 1; }

RK_CLONES void rk_window_softmax(long T, long window, float scale, float *restrict scores) {
  for (long t = 0; t < T; t++) rk_softmax_row(first_seen(t, window), t, T, scale, scores + t * T);
}

RK_CLONES void rk_window_softmax_backward(long T, long window, float scale, const float *restrict p,
                                          float *restrict dscores) {
  for (long t = 0; t < T; t++)
    rk_softmax_row_backward(first_seen(t, window), t, T, scale, p + t * T, dscores + t * T);
}
