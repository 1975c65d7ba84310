// Encoders of the BERT family: layer norm, GELU, and attention in both directions over whole sequences.

#include "encoder.h"

#include <math.h>
#include <stddef.h>

#include "gemm.h"
#include "vector.h"

RK_CLONES void rk_residual_norm(long T, long C, float *restrict x, const float *restrict branch,
                                const float *restrict bias, const float *restrict weight, const float *restrict shift,
                                float epsilon) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    float *restrict row = x + t * C;
    const float *restrict added = branch + t * C;
    float sum = 0;
    for (long i = 0; i < C; i++) {
      const float s = row[i] + added[i] + bias[i];
      row[i] = s;
      sum += s;
    }
    const float mean = sum / (float)C;
    // A second pass: the difference of two large sums would cancel.
    float squares = 0;
    for (long i = 0; i < C; i++) squares += (row[i] - mean) * (row[i] - mean);
    const float r = 1.0f / sqrtf(squares / (float)C + epsilon);
    for (long i = 0; i < C; i++) row[i] = (row[i] - mean) * r * weight[i] + shift[i];
  }
}

// x · Φ(x). Of 2 Φ(−|x|) = erfc(z), z = |x| / √2, the factor erfc(z) · exp(z²) is a polynomial in 1 / (1 + 0.4 z), fitted
// to the least greatest error of erfc (2.8e-8). The smaller tail is computed, so that nothing cancels.
static inline float gelu(float x) {
  const float z = fabsf(x) * 0.70710678118654752f;
  const float t = 1.0f / (1.0f + 0.4f * z);
  float p = -0.20025880634784698f;
  p = p * t + 0.7091455459594727f;
  p = p * t + -0.3709051311016083f;
  p = p * t + 0.468271940946579f;
  p = p * t + 0.16182443499565125f;
  p = p * t + 0.2319219559431076f;
  const float tail = 0.5f * p * t * rk_exp(-z * z);
  return x * (x < 0 ? tail : 1.0f - tail);
}

// x / 2 · (1 + tanh u) = x / (1 + exp(−2 u)), u = √(2/π) · (x + 0.044715 x³).
static inline float gelu_tanh(float x) {
  const float u = 0.79788456080286536f * (x + 0.044715f * x * x * x);
  return x / (1.0f + rk_exp(-2.0f * u));
}

RK_CLONES void rk_bias_gelu(long T, long n, float *restrict x, const float *restrict bias) {
  for (long t = 0; t < T; t++) {
    float *restrict row = x + t * n;
    for (long i = 0; i < n; i++) row[i] = gelu(row[i] + bias[i]);
  }
}

RK_CLONES void rk_bias_gelu_tanh(long T, long n, float *restrict x, const float *restrict bias) {
  for (long t = 0; t < T; t++) {
    float *restrict row = x + t * n;
    for (long i = 0; i < n; i++) row[i] = gelu_tanh(row[i] + bias[i]);
  }
}

// ---- Attention ------------------------------------------------------------------------------------------------------

enum { LANES = 16 };

// One vector of queries: down the keys, each column of scores[T, RK_PANEL] becomes exp(scale · (score − the greatest)), and
// `inverse` the reciprocal of its sum: dividing D outputs takes less than dividing T weights.
RK_CLONES static void exponentials(long T, float scale, float *restrict scores, float *restrict inverse) {
  float top[LANES], sum[LANES] = {0};
  for (long i = 0; i < LANES; i++) top[i] = scores[i];
  for (long t = 1; t < T; t++)
    for (long i = 0; i < LANES; i++) top[i] = scores[t * RK_PANEL + i] > top[i] ? scores[t * RK_PANEL + i] : top[i];
  for (long t = 0; t < T; t++)
    for (long i = 0; i < LANES; i++) {
      const float e = rk_exp((scores[t * RK_PANEL + i] - top[i]) * scale);
      scores[t * RK_PANEL + i] = e;
      sum[i] += e;
    }
  for (long i = 0; i < LANES; i++) inverse[i] = 1.0f / sum[i];
}

RK_CLONES static void scale_rows(long rows, long n, const float *restrict factors, float *restrict y, long y_row) {
  for (long t = 0; t < rows; t++)
    for (long i = 0; i < n; i++) y[t * y_row + i] *= factors[t];
}

// Of one head: keys as packed rows (and up to 16 floats that packing writes too many), values as packed panels, and for one
// panel of queries the scores, which need no packing.
long rk_attend_scratch(long T, long D) {
  return (T * D + 16) + T * rk_panels(D) * RK_PANEL + D * RK_PANEL + T * RK_PANEL + RK_PANEL;
}

// The scores are computed transposed, [T keys, RK_PANEL queries]: the softmax then runs down full vectors, and the second
// product reads them as they are.
void rk_attend(long T, long heads, long D, const float *restrict qkv, float *restrict out, float *restrict scratch,
               int level) {
  const long width = heads * D, row = 3 * width;
  const float scale = 1.0f / sqrtf((float)D);
  float *const packed_keys = scratch;
  float *const packed_values = packed_keys + T * D + 16;
  float *const packed_queries = packed_values + T * rk_panels(D) * RK_PANEL;
  float *const scores = packed_queries + D * RK_PANEL;
  float *const inverse = scores + T * RK_PANEL;
  for (long head = 0; head < heads; head++) {
    const float *const queries = qkv + head * D, *const keys = queries + width, *const values = keys + width;
    rk_pack_rows(T, D, keys, row, 1, packed_keys, level);
    for (long d = 0; d < D; d += RK_PANEL)
      rk_pack_panel(T, rk_least(RK_PANEL, D - d), RK_PANEL, values, RK_FLOAT32, row, 1, 0, d, packed_values + T * d, NULL,
                    level);
    for (long first = 0; first < T; first += RK_PANEL) {
      const long count = rk_least(RK_PANEL, T - first);
      rk_pack_panel(D, count, RK_PANEL, queries, RK_FLOAT32, 1, row, 0, first, packed_queries, NULL, level);
      rk_panel_product(T, D, packed_keys, packed_queries, 0, RK_PANEL, scores, RK_PANEL, 0, level);
      for (long lane = 0; lane < count; lane += LANES) exponentials(T, scale, scores + lane, inverse + lane);
      float *const to = out + first * width + head * D;
      for (long d = 0; d < D; d += RK_PANEL)
        rk_columns_product(count, T, scores, packed_values + T * d, rk_least(RK_PANEL, D - d), to + d, width, level);
      scale_rows(count, D, inverse, to, width);
    }
  }
}
