// Attention of tokens that follow a prefix which other sequences share.

#include "kernels.h"
#include "softmax.h"
#include "vector.h"

// First column that the column `last` sees.
static inline long first_seen(long last, long window) { return window == 0 || last < window ? 0 : last - window + 1; }

RK_CLONES void rk_branch_softmax(long T, long P, long window, float scale, float *restrict scores) {
  for (long last = P; last < P + T; last++)
    rk_softmax_row(first_seen(last, window), last, P + T, scale, scores + (last - P) * (P + T));
}

RK_CLONES void rk_branch_softmax_backward(long T, long P, long window, float scale, const float *restrict p,
                                          float *restrict dscores) {
  for (long last = P; last < P + T; last++) {
    const long row = (last - P) * (P + T);
    rk_softmax_row_backward(first_seen(last, window), last, P + T, scale, p + row, dscores + row);
  }
}
