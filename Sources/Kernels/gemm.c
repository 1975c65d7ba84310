// Matrix product after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): blocks of A
// and panels of B are packed so that a register tile reads both in order.
//
// Rows of A are packed in blocks of 12, 8, 4, 2 or 1: a block of r rows is [depth][r]. Columns of B are packed in panels
// of 32: [depth][32], the last panel filled up with zeros. All levels share the packing; only the tile differs. Where B
// is not packed beforehand, AVX-512 has a product of its own (gemm_wide.c).

#include <string.h>

#include "gemm.h"

int rk_cpu_level(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
  return 0;
}

static void clear(long M, long N, float *restrict c, long c_row) {
  for (long m = 0; m < M; m++) memset(c + m * c_row, 0, (size_t)N * sizeof(float));
}

void rk_gemm(long M, long N, long K, const float *restrict a, long a_row, long a_column, const void *restrict b,
             int b_type, long b_row, long b_column, float *restrict c, long c_row, int accumulate,
             float *restrict scratch, int level) {
  if (K == 0 && !accumulate) clear(M, N, c, c_row);
#if defined(__x86_64__)
  if (level == 2) {
    rk_gemm_wide(M, N, K, a, a_row, a_column, b, b_type, b_row, b_column, c, c_row, accumulate, scratch);
    return;
  }
#endif
  float *restrict rows = scratch;
  float *restrict panel = scratch + RK_GEMM_PACKED_SCRATCH;
  float *restrict wide = panel + RK_DEPTH * RK_PANEL;
  for (long m = 0; m < M; m += RK_ROWS) {
    const long height = rk_least(RK_ROWS, M - m);
    for (long k = 0; k < K; k += RK_DEPTH) {
      const long depth = rk_least(RK_DEPTH, K - k);
      rk_pack_rows(height, depth, a + m * a_row + k * a_column, a_row, a_column, rows, level);
      for (long n = 0; n < N; n += RK_PANEL) {
        const long columns = rk_least(RK_PANEL, N - n);
        rk_pack_panel(depth, columns, RK_PANEL, b, b_type, b_row, b_column, k, n, panel, wide, level);
        rk_panel_product(height, depth, rows, panel, 0, columns, c + m * c_row + n, c_row, accumulate || k > 0, level);
      }
    }
  }
}

void rk_gemm_packed(long M, long N, long K, const float *restrict a, long a_row, const float *restrict packed,
                    long first_panel, long last_panel, float *restrict c, long c_row, int accumulate,
                    float *restrict scratch, int level) {
  if (K == 0 && !accumulate) clear(M, N, c, c_row);
  for (long m = 0; m < M; m += RK_ROWS) {
    const long height = rk_least(RK_ROWS, M - m);
    for (long k = 0; k < K; k += RK_DEPTH) {
      const long depth = rk_least(RK_DEPTH, K - k);
      const float *restrict block = packed + k * rk_panels(N) * RK_PANEL;
      const int add = accumulate || k > 0;
      const float *restrict rows = scratch;
      if (height == 1)
        rows = a + m * a_row + k;
      else
        rk_pack_rows(height, depth, a + m * a_row + k, a_row, 1, scratch, level);
      float *restrict out = c + m * c_row;
      long p = first_panel;
      if (height == 1) p = rk_row_product(depth, rows, block, p, rk_least(last_panel, N / RK_PANEL), out, add, level);
      for (; p < last_panel; p++)
        rk_panel_product(height, depth, rows, block + p * depth * RK_PANEL, depth * RK_PANEL,
                         rk_least(RK_PANEL, N - p * RK_PANEL), out + p * RK_PANEL, c_row, add, level);
    }
  }
}

void rk_gemm_naive(long M, long N, long K, const float *restrict a, long a_row, long a_column, const float *restrict b,
                   long b_row, long b_column, float *restrict c, long c_row, int accumulate) {
  for (long m = 0; m < M; m++)
    for (long n = 0; n < N; n++) {
      float sum = accumulate ? c[m * c_row + n] : 0;
      for (long k = 0; k < K; k++) sum += a[m * a_row + k * a_column] * b[k * b_row + n * b_column];
      c[m * c_row + n] = sum;
    }
}
