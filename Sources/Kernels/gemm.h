// What the files of the matrix product share.
#ifndef REVERSAL_GEMM_H
#define REVERSAL_GEMM_H

#include "kernels.h"

#if defined(__x86_64__)
#define AVX512 __attribute__((target("avx512f,avx512vl,fma")))
#define AVX2 __attribute__((target("avx2,fma")))
#endif

static inline long rk_least(long x, long y) { return x < y ? x : y; }
static inline long rk_panels(long N) { return (N + RK_PANEL - 1) / RK_PANEL; }

// Rows of the next block where `left` are left: 12, 8, 4, 2 or 1.
static inline long rk_block_rows(long left) {
  return left >= 12 ? 12 : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

// ---- Packing (gemm_packing.c) ---------------------------------------------------------------------------------------

// Rows of A in blocks of rk_block_rows: a block of r rows is [depth][r]. `packed` has a vector of room at its end.
void rk_pack_rows(long rows, long depth, const float *restrict a, long a_row, long a_column, float *restrict packed,
                  int level);

// The columns [first_column, first_column + columns) of B of any element type, `depth` of its rows from first_row on, as
// one panel [depth][width], filled up with zeros. `wide` holds depth · columns floats, used where B has 16-bit elements.
void rk_pack_panel(long depth, long columns, long width, const void *restrict b, int b_type, long b_row, long b_column,
                   long first_row, long first_column, float *restrict panel, float *restrict wide, int level);

// ---- Tiles (gemm_tiles.c, gemm_wide.c) ------------------------------------------------------------------------------

// Packed rows against one packed panel, of which `columns` columns are wanted. The row blocks share out the fetching of
// the panel that follows `ahead` floats on, 0 for none.
void rk_panel_product(long rows, long depth, const float *restrict a, const float *restrict panel, long ahead,
                      long columns, float *restrict c, long c_row, int accumulate, int level);

// C[rows, columns] = Aᵀ · one packed panel, for A[depth, RK_PANEL], of which the first `rows` ≤ RK_PANEL columns count: a
// panel that was computed serves as the other factor.
void rk_columns_product(long rows, long depth, const float *restrict columns_of_a, const float *restrict panel,
                        long columns, float *restrict c, long c_row, int level);

// One row against the panels [first, last), all of them whole; returns the first that is left to rk_panel_product.
long rk_row_product(long depth, const float *restrict a, const float *restrict panels, long first, long last,
                    float *restrict c, int accumulate, int level);

// rk_gemm on AVX-512.
void rk_gemm_wide(long M, long N, long K, const float *restrict a, long a_row, long a_column, const void *restrict b,
                  int b_type, long b_row, long b_column, float *restrict c, long c_row, int accumulate,
                  float *restrict scratch);

// ---- Few rows (packed_rows.c) ---------------------------------------------------------------------------------------

// C[rows, N] = A[rows, K] · B for B[K, N] packed by rk_pack, all of it, with rk_gemm_packed's bits.
void rk_packed_rows(long rows, long N, long K, const float *restrict a, long a_row, const float *restrict packed,
                    float *restrict c, long c_row, int level);

#endif
