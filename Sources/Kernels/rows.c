// Row-wise operations of a transformer block, and the optimizer.

#include <math.h>

#include "kernels.h"
#include "vector.h"

RK_CLONES void rk_rms_norm(long T, long C, const float *restrict x, const float *restrict weight, float epsilon,
                           float *restrict y, float *restrict inverse) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    const float *restrict xt = x + t * C;
    float *restrict yt = y + t * C;
    float sum = 0;
    for (long i = 0; i < C; i++) sum += xt[i] * xt[i];
    const float r = 1.0f / sqrtf(sum / (float)C + epsilon);
    inverse[t] = r;
    for (long i = 0; i < C; i++) yt[i] = xt[i] * r * weight[i];
  }
}

RK_CLONES void rk_rms_norm_backward(long T, long C, const float *restrict x, const float *restrict weight,
                                    const float *restrict inverse, const float *restrict dy, float *restrict dx,
                                    float *restrict dweight) {
  RK_REASSOCIATE
  for (long t = 0; t < T; t++) {
    const float *restrict xt = x + t * C;
    const float *restrict dyt = dy + t * C;
    float *restrict dxt = dx + t * C;
    const float r = inverse[t];
    float dot = 0;
    for (long i = 0; i < C; i++) dot += dyt[i] * weight[i] * xt[i];
    const float shrink = dot * r * r / (float)C;
    for (long i = 0; i < C; i++) {
      dweight[i] += dyt[i] * xt[i] * r;
      dxt[i] += r * (dyt[i] * weight[i] - xt[i] * shrink);
    }
  }
}

RK_CLONES void rk_rope(long T, long heads, long D, float *restrict x, long x_row, const int32_t *restrict positions,
                       const float *restrict cosine, const float *restrict sine, float direction) {
  const long half = D / 2;
  for (long t = 0; t < T; t++) {
    const float *restrict c = cosine + positions[t] * half;
    const float *restrict s = sine + positions[t] * half;
    for (long h = 0; h < heads; h++) {
      float *restrict low = x + t * x_row + h * D;
      float *restrict high = low + half;
      for (long i = 0; i < half; i++) {
        const float a = low[i], b = high[i], si = direction * s[i];
        low[i] = a * c[i] - b * si;
        high[i] = b * c[i] + a * si;
      }
    }
  }
}

RK_CLONES void rk_swiglu(long T, long n, const float *restrict gate, const float *restrict up, long in_row,
                         float *restrict y, long out_row) {
  for (long t = 0; t < T; t++) {
    const float *restrict g = gate + t * in_row;
    const float *restrict u = up + t * in_row;
    float *restrict out = y + t * out_row;
    for (long i = 0; i < n; i++) out[i] = g[i] / (1.0f + rk_exp(-g[i])) * u[i];
  }
}

RK_CLONES void rk_swiglu_backward(long n, const float *restrict gate, const float *restrict up,
                                  const float *restrict dy, float *restrict dgate, float *restrict dup) {
  for (long i = 0; i < n; i++) {
    const float sigmoid = 1.0f / (1.0f + rk_exp(-gate[i]));
    const float silu = gate[i] * sigmoid;
    dup[i] = dy[i] * silu;
    dgate[i] = dy[i] * up[i] * (sigmoid + silu * (1.0f - sigmoid));
  }
}

RK_CLONES void rk_add(long n, const float *restrict x, float *restrict y) {
  for (long i = 0; i < n; i++) y[i] += x[i];
}

RK_CLONES void rk_scale(long n, float factor, float *restrict y) {
  for (long i = 0; i < n; i++) y[i] *= factor;
}

RK_CLONES double rk_sum_of_squares(long n, const float *restrict x) {
  RK_REASSOCIATE
  double sum = 0;
  for (long i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
  return sum;
}

void rk_gather(long T, long C, const int32_t *restrict ids, const float *restrict table, float *restrict y) {
  for (long t = 0; t < T; t++) memcpy(y + t * C, table + ids[t] * C, (size_t)C * sizeof(float));
}

RK_CLONES void rk_scatter_add(long T, long C, const int32_t *restrict ids, const float *restrict dy,
                              float *restrict dtable) {
  for (long t = 0; t < T; t++) {
    float *restrict row = dtable + ids[t] * C;
    for (long i = 0; i < C; i++) row[i] += dy[t * C + i];
  }
}

RK_CLONES void rk_adamw(long n, float *restrict weight, const float *restrict gradient, float *restrict mean,
                        float *restrict variance, float gradient_scale, float learning_rate, float beta1, float beta2,
                        float epsilon, float weight_decay, float correction1, float correction2) {
  const float step = learning_rate / correction1;
  const float root = 1.0f / sqrtf(correction2);
  for (long i = 0; i < n; i++) {
    const float g = gradient[i] * gradient_scale;
    const float m = beta1 * mean[i] + (1.0f - beta1) * g;
    const float v = beta2 * variance[i] + (1.0f - beta2) * g * g;
    mean[i] = m;
    variance[i] = v;
    weight[i] = weight[i] * (1.0f - learning_rate * weight_decay) - step * m / (sqrtf(v) * root + epsilon);
  }
}
