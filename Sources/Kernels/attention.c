// Attention over whole sequences: training and scoring.

#include <math.h>

#include "kernels.h"
#include "vector.h"

RK_CLONES void rk_causal_softmax(long T, float scale, float *restrict scores) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    float *restrict x = scores + t * T;
    float top = x[0];
    for (long i = 1; i <= t; i++) top = x[i] > top ? x[i] : top;
    float sum = 0;
    for (long i = 0; i <= t; i++) {
      const float e = rk_exp((x[i] - top) * scale);
      x[i] = e;
      sum += e;
    }
    const float r = 1.0f / sum;
    for (long i = 0; i <= t; i++) x[i] *= r;
    for (long i = t + 1; i < T; i++) x[i] = 0;
  }
}

RK_CLONES void rk_causal_softmax_backward(long T, float scale, const float *restrict p, float *restrict dscores) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    const float *restrict pt = p + t * T;
    float *restrict dt = dscores + t * T;
    float dot = 0;
    for (long i = 0; i <= t; i++) dot += pt[i] * dt[i];
    for (long i = 0; i <= t; i++) dt[i] = scale * pt[i] * (dt[i] - dot);
    for (long i = t + 1; i < T; i++) dt[i] = 0;
  }
}
