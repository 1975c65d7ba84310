// Softmax of one row of attention scores, private to the kernels.
#ifndef REVERSAL_SOFTMAX_H
#define REVERSAL_SOFTMAX_H

#include <math.h>

#include "vector.h"

// Rows grow by one column each: a loop over their length would spend most of its time on the columns that do not fill a
// vector. They are computed in blocks of 16 columns instead, with what lies past the last one masked; where a row ends
// within a block, that block is computed beside it. Loops over a block are left to the vectoriser, not unrolled before.
enum { RK_LANES = 16 };
#define RK_FOR_LANES(i) _Pragma("clang loop unroll(disable)") for (long i = 0; i < RK_LANES; i++)
#define RK_BLOCK static inline __attribute__((always_inline))

RK_BLOCK void rk_clear(long first, long end, float *restrict x) {
  for (long i = first; i < end; i++) x[i] = 0;
}

RK_BLOCK float rk_lane_sum(const float *restrict sums) {
  float four[4];
  for (long i = 0; i < 4; i++) four[i] = (sums[i] + sums[8 + i]) + (sums[4 + i] + sums[12 + i]);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

RK_BLOCK void rk_exp_block(long kept, float top, float scale, float *restrict x, float *restrict sums) {
  RK_FOR_LANES(i) {
    const float e = rk_exp(i < kept ? (x[i] - top) * scale : -INFINITY);
    x[i] = e;
    sums[i] += e;
  }
}

RK_BLOCK void rk_scale_block(float factor, float *restrict x) { RK_FOR_LANES(i) x[i] *= factor; }

// x[first … last] becomes softmax(scale · x), scale > 0; the rest of the row's `count` columns becomes zero, whatever
// it was.
RK_BLOCK void rk_softmax_row(long first, long last, long count, float scale, float *restrict x) {
  const float top = rk_largest(last + 1 - first, x + first);
  float sums[RK_LANES] = {0}, rest[RK_LANES] = {0};
  long whole = first;
  for (; whole <= last && whole + RK_LANES <= count; whole += RK_LANES)
    rk_exp_block(last + 1 - whole, top, scale, x + whole, sums);
  const long left = whole <= last ? last + 1 - whole : 0;
  if (left > 0) {
    memcpy(rest, x + whole, (size_t)left * sizeof(float));
    rk_exp_block(left, top, scale, rest, sums);
  }
  const float r = 1.0f / rk_lane_sum(sums);
  for (long i = first; i < whole; i += RK_LANES) rk_scale_block(r, x + i);
  for (long i = 0; i < left; i++) x[whole + i] = rest[i] * r;
  rk_clear(0, first, x);
  rk_clear(whole + left, count, x);
}

RK_BLOCK void rk_dot_block(long kept, const float *restrict p, const float *restrict d, float *restrict sums) {
  RK_FOR_LANES(i) sums[i] += i < kept ? p[i] * d[i] : 0.0f;
}

RK_BLOCK void rk_slope_block(long kept, float dot, float scale, const float *restrict p, float *restrict d) {
  RK_FOR_LANES(i) d[i] = i < kept ? scale * p[i] * (d[i] - dot) : 0.0f;
}

// d[first … last], the gradient of the softmax p, becomes that of its argument; the rest becomes zero.
RK_BLOCK void rk_softmax_row_backward(long first, long last, long count, float scale, const float *restrict p,
                                      float *restrict d) {
  float sums[RK_LANES] = {0};
  long whole = first;
  for (; whole <= last && whole + RK_LANES <= count; whole += RK_LANES)
    rk_dot_block(last + 1 - whole, p + whole, d + whole, sums);
  const long left = whole <= last ? last + 1 - whole : 0;
  for (long i = 0; i < left; i++) sums[i] += p[whole + i] * d[whole + i];
  const float dot = rk_lane_sum(sums);
  for (long i = first; i < whole; i += RK_LANES) rk_slope_block(last + 1 - i, dot, scale, p + i, d + i);
  for (long i = whole; i < whole + left; i++) d[i] = scale * p[i] * (d[i] - dot);
  rk_clear(0, first, d);
  rk_clear(whole + left, count, d);
}

#endif
