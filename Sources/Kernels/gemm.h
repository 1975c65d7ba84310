// Parts of the matrix product that other kernels build on, private to the kernels. Their layouts are told in gemm.c.
#ifndef REVERSAL_GEMM_H
#define REVERSAL_GEMM_H

// Packs rows of A in blocks of 12, 8, 4, 2 or 1; element (m, k) is a[m * a_row + k * a_column]. It writes up to 16 floats
// past rows · depth.
void rk_pack_rows(long rows, long depth, const float *restrict a, long a_row, long a_column, float *restrict packed,
                  int level);

// Packs `columns` ≤ RK_PANEL columns of B as the lanes from `lane` on of one panel; element (k, n) is
// b[k * b_row + n * b_column].
void rk_pack_columns(long depth, long columns, const float *restrict b, long b_row, long b_column,
                     float *restrict panel, long lane, int level);

// Zeroes the lanes of a panel from `lane` on.
void rk_clear_lanes(long depth, long lane, float *restrict panel);

// C = packed rows · one packed panel, of which `columns` columns are wanted; fetches the panel that follows `ahead` floats
// on, 0 for none.
void rk_panel_product(long rows, long depth, const float *restrict a, const float *restrict panel, long ahead,
                      long columns, float *restrict c, long c_row, int accumulate, int level);

// C[rows, columns] = Aᵀ · one packed panel, for A[depth, RK_PANEL], of which the first `rows` ≤ RK_PANEL columns count: a
// panel that was computed serves as the other factor.
void rk_columns_product(long rows, long depth, const float *restrict columns_of_a, const float *restrict panel,
                        long columns, float *restrict c, long c_row, int level);

#endif
