// The queries of one key-value head against a packed matrix that is read from memory once.
//
// rk_gemm_packed fetches ahead what weights need, which other rows meet again at once. A prompt's keys and values are met by
// one sequence and are then not needed before the next token: read in the order in which they lie, and nothing else asked
// for, they come faster. The sums are rk_gemm_packed's, bit for bit: a chain over K for every block of RK_DEPTH.

#include "gemm.h"
#include "vector.h"

#define INLINE static inline __attribute__((always_inline))

INLINE void panel_product(long depth, const float *restrict a, const float *restrict panel, long columns, int accumulate,
                          float *restrict c) {
  enum { HALF = RK_PANEL / 2 };
  v16 low = {0}, high = {0};
  for (long k = 0; k < depth; k++) {
    low += a[k] * *(const v16 *)(panel + k * RK_PANEL);
    high += a[k] * *(const v16 *)(panel + k * RK_PANEL + HALF);
  }
  if (columns == RK_PANEL) {
    v16 *restrict out = (v16 *)c;
    out[0] = accumulate ? out[0] + low : low;
    out[1] = accumulate ? out[1] + high : high;
    return;
  }
  float sums[RK_PANEL];
  memcpy(sums, &low, sizeof low);
  memcpy(sums + HALF, &high, sizeof high);
  for (long i = 0; i < columns; i++) c[i] = accumulate ? c[i] + sums[i] : sums[i];
}

INLINE void product(long rows, long N, long K, const float *restrict a, long a_row, const float *restrict packed,
                    float *restrict c, long c_row) {
  const float *restrict panel = packed;
  for (long k = 0; k < K; k += RK_DEPTH) {
    const long depth = rk_least(RK_DEPTH, K - k);
    for (long n = 0; n < N; n += RK_PANEL) {
      for (long row = 0; row < rows; row++)
        panel_product(depth, a + row * a_row + k, panel, rk_least(RK_PANEL, N - n), k > 0, c + row * c_row + n);
      panel += depth * RK_PANEL;
    }
  }
}

#define LEVEL(NAME, TARGET)                                                                                              \
  TARGET static void NAME(long rows, long N, long K, const float *restrict a, long a_row, const float *restrict packed,   \
                          float *restrict c, long c_row) {                                                               \
    product(rows, N, K, a, a_row, packed, c, c_row);                                                                     \
  }

#if defined(__x86_64__)
LEVEL(product_512, AVX512)
LEVEL(product_256, AVX2)
#endif
LEVEL(product_128, )

void rk_packed_rows(long rows, long N, long K, const float *restrict a, long a_row, const float *restrict packed,
                    float *restrict c, long c_row, int level) {
#if defined(__x86_64__)
  if (level == 2) {
    product_512(rows, N, K, a, a_row, packed, c, c_row);
    return;
  }
  if (level == 1) {
    product_256(rows, N, K, a, a_row, packed, c, c_row);
    return;
  }
#endif
  (void)level;
  product_128(rows, N, K, a, a_row, packed, c, c_row);
}
