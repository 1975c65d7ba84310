// Conversion between float32 and 16-bit floating point.

#include "half.h"

#include "kernels.h"
#include "vector.h"

RK_CLONES void rk_widen(long n, const uint16_t *restrict from, int type, float *restrict to) {
  if (type == RK_BFLOAT16)
    for (long i = 0; i < n; i++) to[i] = rk_float_of_bfloat16(from[i]);
  else
    for (long i = 0; i < n; i++) to[i] = rk_float_of_float16(from[i]);
}

RK_CLONES void rk_narrow(long n, const float *restrict from, int type, uint16_t *restrict to) {
  if (type == RK_BFLOAT16)
    for (long i = 0; i < n; i++) to[i] = rk_bfloat16_of_float(from[i]);
  else
    for (long i = 0; i < n; i++) to[i] = rk_float16_of_float(from[i]);
}
