// Attention over whole sequences (training, prefill) and over a cache (decoding).

#include <math.h>

#include "kernels.h"
#include "vector.h"

RK_CLONES void rk_softmax(long n, float *restrict x) {
  RK_REASSOCIATE
  float top = x[0];
  for (long i = 1; i < n; i++) top = x[i] > top ? x[i] : top;
  float sum = 0;
  for (long i = 0; i < n; i++) {
    const float e = rk_exp(x[i] - top);
    x[i] = e;
    sum += e;
  }
  const float r = 1.0f / sum;
  for (long i = 0; i < n; i++) x[i] *= r;
}

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

void rk_store_key(long D, const float *restrict key, long position, float *restrict keys) {
  float *restrict block = keys + position / RK_KEY_BLOCK * D * RK_KEY_BLOCK + position % RK_KEY_BLOCK;
  for (long d = 0; d < D; d++) block[d * RK_KEY_BLOCK] = key[d];
}

// Four blocks of positions at a time, so that four chains of additions overlap; each position's sum runs over D in order.
RK_CLONES void rk_key_scores(long heads, long D, const float *restrict q, long q_row, const float *restrict keys,
                             long count, float scale, float *restrict scores, long score_row) {
  const long blocks = (count + RK_KEY_BLOCK - 1) / RK_KEY_BLOCK;
  const long size = D * RK_KEY_BLOCK;
  for (long h = 0; h < heads; h++) {
    const float *restrict qh = q + h * q_row;
    float *restrict out = scores + h * score_row;
    long block = 0;
    for (; block + 4 <= blocks; block += 4) {
      const float *restrict k0 = keys + block * size;
      v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
      for (long d = 0; d < D; d++) {
        const float x = qh[d];
        s0 += x * *(const v16 *)(k0 + d * RK_KEY_BLOCK);
        s1 += x * *(const v16 *)(k0 + size + d * RK_KEY_BLOCK);
        s2 += x * *(const v16 *)(k0 + 2 * size + d * RK_KEY_BLOCK);
        s3 += x * *(const v16 *)(k0 + 3 * size + d * RK_KEY_BLOCK);
      }
      v16 *restrict to = (v16 *)(out + block * RK_KEY_BLOCK);
      to[0] = s0 * scale;
      to[1] = s1 * scale;
      to[2] = s2 * scale;
      to[3] = s3 * scale;
    }
    for (; block < blocks; block++) {
      const float *restrict k0 = keys + block * size;
      v16 s0 = {0};
      for (long d = 0; d < D; d++) s0 += qh[d] * *(const v16 *)(k0 + d * RK_KEY_BLOCK);
      *(v16 *)(out + block * RK_KEY_BLOCK) = s0 * scale;
    }
  }
}

RK_CLONES void rk_weighted_values(long heads, long D, const float *restrict weights, long weight_row,
                                  const float *restrict values, long count, int accumulate, float *restrict out,
                                  long out_row) {
  for (long h = 0; h < heads; h++) {
    const float *restrict w = weights + h * weight_row;
    float *restrict to = out + h * out_row;
    long d = 0;
    // Positions are summed in four interleaved chains, then the chains in order; two vectors at a time where they fit.
    for (; d + 32 <= D; d += 32) {
      const float *restrict from = values + d;
      v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, h0 = {0}, h1 = {0}, h2 = {0}, h3 = {0};
      long t = 0;
      for (; t + 4 <= count; t += 4) {
        const float *restrict row = from + t * D;
        s0 += w[t] * *(const v16 *)row;
        h0 += w[t] * *(const v16 *)(row + 16);
        s1 += w[t + 1] * *(const v16 *)(row + D);
        h1 += w[t + 1] * *(const v16 *)(row + D + 16);
        s2 += w[t + 2] * *(const v16 *)(row + 2 * D);
        h2 += w[t + 2] * *(const v16 *)(row + 2 * D + 16);
        s3 += w[t + 3] * *(const v16 *)(row + 3 * D);
        h3 += w[t + 3] * *(const v16 *)(row + 3 * D + 16);
      }
      for (; t < count; t++) {
        s0 += w[t] * *(const v16 *)(from + t * D);
        h0 += w[t] * *(const v16 *)(from + t * D + 16);
      }
      v16 *restrict target = (v16 *)(to + d);
      const v16 low = (s0 + s1) + (s2 + s3), high = (h0 + h1) + (h2 + h3);
      target[0] = accumulate ? target[0] + low : low;
      target[1] = accumulate ? target[1] + high : high;
    }
    for (; d + 16 <= D; d += 16) {
      const float *restrict from = values + d;
      v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
      long t = 0;
      for (; t + 4 <= count; t += 4) {
        s0 += w[t] * *(const v16 *)(from + t * D);
        s1 += w[t + 1] * *(const v16 *)(from + (t + 1) * D);
        s2 += w[t + 2] * *(const v16 *)(from + (t + 2) * D);
        s3 += w[t + 3] * *(const v16 *)(from + (t + 3) * D);
      }
      for (; t < count; t++) s0 += w[t] * *(const v16 *)(from + t * D);
      const v16 sum = (s0 + s1) + (s2 + s3);
      v16 *restrict target = (v16 *)(to + d);
      *target = accumulate ? *target + sum : sum;
    }
    for (; d < D; d++) {
      float sum = 0;
      for (long t = 0; t < count; t++) sum += w[t] * values[t * D + d];
      to[d] = accumulate ? to[d] + sum : sum;
    }
  }
}
