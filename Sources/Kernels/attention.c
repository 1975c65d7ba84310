// Attention over whole sequences: training and scoring.

#include "kernels.h"
#include "softmax.h"
#include "vector.h"

RK_CLONES void rk_causal_softmax(long T, float scale, float *restrict scores) {
  for (long t = 0; t < T; t++) rk_softmax_row(0, t, T, scale, scores + t * T);
}

RK_CLONES void rk_causal_softmax_backward(long T, float scale, const float *restrict p, float *restrict dscores) {
  for (long t = 0; t < T; t++) rk_softmax_row_backward(0, t, T, scale, p + t * T, dscores + t * T);
}
