// The matrix product on AVX-512, where B is not packed beforehand.
//
// A tile is 8 rows by 48 columns: 24 accumulators, 3 vectors of B and a number of A fill the registers, and 11 loads
// feed 24 multiplications, so that both multipliers stay busy even while panels come from the second cache. Rows of A
// are read where they lie; only where A is transposed, and a tile would jump at every step of k, they are packed in
// blocks of 8, 4, 2 or 1. Every sum runs over k in the order of rk_gemm_packed, and to the same bits.

#include "gemm.h"

#if defined(__x86_64__)

#include "vector.h"

enum { LANES = 16, TILE_ROWS = 8 };

// ---- Tiles ----------------------------------------------------------------------------------------------------------

// Letters x, y, z: the first, second and third vector of a row. F##_##V(r) is what F does for row r of V vectors.
#define ROWS_1(F, V) F##_##V(0)
#define ROWS_2(F, V) ROWS_1(F, V) F##_##V(1)
#define ROWS_4(F, V) ROWS_2(F, V) F##_##V(2) F##_##V(3)
#define ROWS_8(F, V) ROWS_4(F, V) F##_##V(4) F##_##V(5) F##_##V(6) F##_##V(7)

#define DECLARE_1(r) v16 x##r = {0};
#define DECLARE_2(r) DECLARE_1(r) v16 y##r = {0};
#define DECLARE_3(r) DECLARE_2(r) v16 z##r = {0};

#define FETCH_OUT_1(r) __builtin_prefetch(c + r * c_row, 1, 3);
#define FETCH_OUT_2(r) FETCH_OUT_1(r) __builtin_prefetch(c + r * c_row + LANES, 1, 3);
#define FETCH_OUT_3(r) FETCH_OUT_2(r) __builtin_prefetch(c + r * c_row + 2 * LANES, 1, 3);

#define LOAD_1 const v16 bx = *(const v16 *)b;
#define LOAD_2 LOAD_1 const v16 by = *(const v16 *)(b + LANES);
#define LOAD_3 LOAD_2 const v16 bz = *(const v16 *)(b + 2 * LANES);

#define MULTIPLY_1(r) x##r += a[r * a_row] * bx;
#define MULTIPLY_2(r) MULTIPLY_1(r) y##r += a[r * a_row] * by;
#define MULTIPLY_3(r) MULTIPLY_2(r) z##r += a[r * a_row] * bz;

#define STORE_VECTOR(r, v, sum)                    \
  {                                                \
    v16 *out = (v16 *)(c + r * c_row + v * LANES); \
    *out = accumulate ? *out + sum : sum;          \
  }
#define STORE_1(r) STORE_VECTOR(r, 0, x##r)
#define STORE_2(r) STORE_1(r) STORE_VECTOR(r, 1, y##r)
#define STORE_3(r) STORE_2(r) STORE_VECTOR(r, 2, z##r)

#define TILE(R, V)                                                                                            \
  AVX512 static void tile_##R##_##V(long depth, const float *restrict a, long a_row, long a_column,           \
                                    const float *restrict b, float *restrict c, long c_row, int accumulate) { \
    ROWS_##R(DECLARE, V)                                                                                      \
    ROWS_##R(FETCH_OUT, V)                                                                                    \
    for (long k = 0; k < depth; k++, a += a_column, b += LANES * V) {                                         \
      LOAD_##V                                                                                                \
      ROWS_##R(MULTIPLY, V)                                                                                   \
    }                                                                                                         \
    ROWS_##R(STORE, V)                                                                                        \
  }
TILE(8, 3)
TILE(8, 2)
TILE(8, 1)
TILE(4, 3)
TILE(4, 2)
TILE(4, 1)
TILE(2, 3)
TILE(2, 2)
TILE(2, 1)
TILE(1, 3)
TILE(1, 2)
TILE(1, 1)

static long tile_rows(long left) { return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1; }

// A tile of `rows` rows and `width` columns, both of which there is one for.
static void tile(long rows, long width, long depth, const float *restrict a, long a_row, long a_column,
                 const float *restrict panel, float *restrict c, long c_row, int accumulate) {
  typedef void function(long, const float *, long, long, const float *, float *, long, int);
  static function *const tiles[4][3] = {
      {tile_1_1, tile_1_2, tile_1_3},
      {tile_2_1, tile_2_2, tile_2_3},
      {tile_4_1, tile_4_2, tile_4_3},
      {tile_8_1, tile_8_2, tile_8_3},
  };
  const long by_rows = rows == 8 ? 3 : rows / 2;
  tiles[by_rows][width / LANES - 1](depth, a, a_row, a_column, panel, c, c_row, accumulate);
}

// ---- Panels ---------------------------------------------------------------------------------------------------------

// Columns of the next panel where `left` are left: a tile of one vector waits for itself, so the last 49 to 64 columns
// are shared out as 32 and the rest.
static long panel_columns(long left) {
  return left <= RK_WIDE_PANEL ? left : left <= 4 * LANES ? 2 * LANES : RK_WIDE_PANEL;
}

// Where A's rows are: element (row, k) at start[row * row_step + k * column_step], and if packed in blocks of r rows at
// start[row * depth + k * r], where row is a block's first.
typedef struct {
  const float *start;
  long row_step, column_step;
  int packed;
} operand;

static void panel_product(long rows, long depth, const operand *a, const float *restrict panel, long columns,
                          long width, float *restrict c, long c_row, int accumulate) {
  for (long row = 0; row < rows;) {
    const long r = tile_rows(rows - row);
    const float *from = a->start + row * (a->packed ? depth : a->row_step);
    const long row_step = a->packed ? 1 : a->row_step, column_step = a->packed ? r : a->column_step;
    float *restrict out = c + row * c_row;
    if (columns == width) {
      tile(r, width, depth, from, row_step, column_step, panel, out, c_row, accumulate);
    } else {
      float whole[TILE_ROWS * RK_WIDE_PANEL];
      tile(r, width, depth, from, row_step, column_step, panel, whole, width, 0);
      for (long i = 0; i < r; i++)
        for (long j = 0; j < columns; j++) {
          const float sum = whole[i * width + j];
          out[i * c_row + j] = accumulate ? out[i * c_row + j] + sum : sum;
        }
    }
    row += r;
  }
}

// Columns of a transposed A, side by side in memory, in blocks of tile_rows.
AVX512 static void pack_columns(long rows, long depth, const float *restrict a, long a_column,
                                float *restrict packed) {
  for (long row = 0; row < rows;) {
    const long r = tile_rows(rows - row);
    if (r == TILE_ROWS) {
      for (long k = 0; k < depth; k++) *(v8 *)(packed + k * TILE_ROWS) = *(const v8 *)(a + row + k * a_column);
    } else {
      for (long k = 0; k < depth; k++)
        for (long i = 0; i < r; i++) packed[k * r + i] = a[row + i + k * a_column];
    }
    packed += depth * r;
    row += r;
  }
}

void rk_gemm_wide(long M, long N, long K, const float *restrict a, long a_row, long a_column, const void *restrict b,
                  int b_type, long b_row, long b_column, float *restrict c, long c_row, int accumulate,
                  float *restrict scratch) {
  float *restrict rows = scratch;
  float *restrict panel = rows + RK_WIDE_ROWS * RK_DEPTH;
  float *restrict wide = panel + RK_DEPTH * RK_WIDE_PANEL;
  const int packs = a_row == 1 && a_column != 1;
  for (long m = 0; m < M; m += RK_WIDE_ROWS) {
    const long height = rk_least(RK_WIDE_ROWS, M - m);
    for (long k = 0; k < K; k += RK_DEPTH) {
      const long depth = rk_least(RK_DEPTH, K - k);
      const float *restrict block = a + m * a_row + k * a_column;
      if (packs) pack_columns(height, depth, block, a_column, rows);
      const operand from = {packs ? rows : block, a_row, a_column, packs};
      for (long n = 0; n < N;) {
        const long columns = panel_columns(N - n), width = (columns + LANES - 1) / LANES * LANES;
        rk_pack_panel(depth, columns, width, b, b_type, b_row, b_column, k, n, panel, wide, 2);
        panel_product(height, depth, &from, panel, columns, width, c + m * c_row + n, c_row, accumulate || k > 0);
        n += columns;
      }
    }
  }
}

#endif
