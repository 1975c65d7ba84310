// Register tiles for panels of 32 columns: what decoding uses everywhere, and every product below AVX-512.

#include "gemm.h"
#include "vector.h"

#define ROWS_1(F) F(0)
#define ROWS_2(F) ROWS_1(F) F(1)
#define ROWS_4(F) ROWS_2(F) F(2) F(3)
#define ROWS_6(F) ROWS_4(F) F(4) F(5)
#define ROWS_8(F) ROWS_6(F) F(6) F(7)
#define ROWS_12(F) ROWS_8(F) F(8) F(9) F(10) F(11)

// Accumulators are named variables: an array of them is spilled to the stack. A vector of 64 bytes is 16 lanes, and a
// tile is two vectors wide; `a_step` is the number of rows the block was packed with. While a tile works on one panel it
// fetches its share of the next, `fetch_step` floats for each step of k from `fetch` on, into the second cache: weights
// come from memory, and no tile should wait for it while another leaves it idle.
#define DECLARE(r) VECTOR low##r = {0}, high##r = {0};
#define MULTIPLY(r)              \
  low##r += ak[r] * b_low;       \
  high##r += ak[r] * b_high;
#define FETCH_OUT(r)                                     \
  __builtin_prefetch(c + r * c_row, 1, 3);               \
  __builtin_prefetch(c + r * c_row + RK_PANEL / 2, 1, 3);
#define STORE(r)                                         \
  {                                                      \
    VECTOR *out = (VECTOR *)(c + r * c_row);             \
    out[0] = accumulate ? out[0] + low##r : low##r;      \
    out[1] = accumulate ? out[1] + high##r : high##r;    \
  }
#define TILE(NAME, TARGET, ROWS)                                                                              \
  TARGET static void NAME(long depth, const float *restrict a, long a_step, const float *restrict b,          \
                          const float *fetch, long fetch_step, float *restrict c, long c_row,                 \
                          int accumulate) {                                                                   \
    ROWS(DECLARE)                                                                                             \
    ROWS(FETCH_OUT)                                                                                           \
    for (long k = 0; k < depth; k++) {                                                                        \
      __builtin_prefetch(fetch + k * fetch_step, 0, 2);                                                       \
      __builtin_prefetch(fetch + k * fetch_step + fetch_step / 2, 0, 2);                                      \
      const float *restrict ak = a + k * a_step;                                                              \
      const VECTOR b_low = *(const VECTOR *)(b + k * RK_PANEL);                                               \
      const VECTOR b_high = *(const VECTOR *)(b + k * RK_PANEL + sizeof(VECTOR) / sizeof(float));             \
      ROWS(MULTIPLY)                                                                                          \
    }                                                                                                         \
    ROWS(STORE)                                                                                               \
  }

#if defined(__x86_64__)

#define VECTOR v16
TILE(tile512_12, AVX512, ROWS_12)
TILE(tile512_8, AVX512, ROWS_8)
TILE(tile512_4, AVX512, ROWS_4)
TILE(tile512_2, AVX512, ROWS_2)
TILE(tile512_1, AVX512, ROWS_1)
#undef VECTOR

#define VECTOR v8
TILE(tile256_6, AVX2, ROWS_6)
TILE(tile256_4, AVX2, ROWS_4)
TILE(tile256_2, AVX2, ROWS_2)
TILE(tile256_1, AVX2, ROWS_1)
#undef VECTOR

// One row against several panels at once: with a single panel the two chains of additions would wait for each other.
// The weights come from a distant cache or from memory, and the processor's own fetching ahead stops at every page.
#define AHEAD 16
#define PANELS_2(F) F(0) F(1)
#define PANELS_4(F) PANELS_2(F) F(2) F(3)
#define DECLARE_PANEL(p) v16 low##p = {0}, high##p = {0};
#define MULTIPLY_PANEL(p)                                           \
  {                                                                 \
    const float *restrict bk = b + p * b_panel + k * RK_PANEL;      \
    __builtin_prefetch(bk + AHEAD * RK_PANEL, 0, 3);                \
    __builtin_prefetch(bk + AHEAD * RK_PANEL + RK_PANEL / 2, 0, 3); \
    low##p += x * *(const v16 *)bk;                                 \
    high##p += x * *(const v16 *)(bk + RK_PANEL / 2);               \
  }
#define STORE_PANEL(p)                                \
  {                                                   \
    v16 *out = (v16 *)(c + p * RK_PANEL);             \
    out[0] = accumulate ? out[0] + low##p : low##p;   \
    out[1] = accumulate ? out[1] + high##p : high##p; \
  }
#define ROW(NAME, PANELS)                                                                                             \
  AVX512 static void NAME(long depth, const float *restrict a, const float *restrict b, long b_panel, float *restrict c, \
                          int accumulate) {                                                                           \
    PANELS(DECLARE_PANEL)                                                                                             \
    for (long k = 0; k < depth; k++) {                                                                                \
      const float x = a[k];                                                                                           \
      PANELS(MULTIPLY_PANEL)                                                                                          \
    }                                                                                                                 \
    PANELS(STORE_PANEL)                                                                                               \
  }
ROW(row512_four_panels, PANELS_4)
ROW(row512_two_panels, PANELS_2)

#endif

#define VECTOR v4
TILE(tile128_4, , ROWS_4)
TILE(tile128_2, , ROWS_2)
TILE(tile128_1, , ROWS_1)
#undef VECTOR

// One block of `rows` rows (12, 8, 4, 2 or 1), `a_step` floats apart for each step of k, against one whole panel.
static void tile(long rows, long depth, const float *restrict a, long a_step, const float *restrict b, const float *fetch,
                 long fetch_step, float *restrict c, long c_row, int accumulate, int level) {
#if defined(__x86_64__)
  if (level == 2) {
    switch (rows) {
      case 12: tile512_12(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
      case 8: tile512_8(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
      case 4: tile512_4(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
      case 2: tile512_2(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
      default: tile512_1(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
    }
  }
  if (level == 1) {
    for (long column = 0; column < RK_PANEL; column += 16) {
      switch (rows) {
        case 12:
          tile256_6(depth, a, a_step, b + column, fetch, fetch_step, c + column, c_row, accumulate);
          tile256_6(depth, a + 6, a_step, b + column, fetch, fetch_step, c + 6 * c_row + column, c_row, accumulate);
          break;
        case 8:
          tile256_4(depth, a, a_step, b + column, fetch, fetch_step, c + column, c_row, accumulate);
          tile256_4(depth, a + 4, a_step, b + column, fetch, fetch_step, c + 4 * c_row + column, c_row, accumulate);
          break;
        case 4: tile256_4(depth, a, a_step, b + column, fetch, fetch_step, c + column, c_row, accumulate); break;
        case 2: tile256_2(depth, a, a_step, b + column, fetch, fetch_step, c + column, c_row, accumulate); break;
        default: tile256_1(depth, a, a_step, b + column, fetch, fetch_step, c + column, c_row, accumulate); break;
      }
    }
    return;
  }
#endif
  (void)level;
  for (long column = 0; column < RK_PANEL; column += 8) {
    if (rows >= 4) {
      for (long row = 0; row < rows; row += 4)
        tile128_4(depth, a + row, a_step, b + column, fetch, fetch_step, c + row * c_row + column, c_row, accumulate);
    } else if (rows == 2) {
      tile128_2(depth, a, a_step, b + column, fetch, fetch_step, c + column, c_row, accumulate);
    } else {
      tile128_1(depth, a, a_step, b + column, fetch, fetch_step, c + column, c_row, accumulate);
    }
  }
}

// A block of rows against one packed panel, of which `columns` columns are wanted.
static void block_product(long rows, long depth, const float *restrict a, long a_step, const float *restrict panel,
                          const float *fetch, long fetch_step, long columns, float *restrict c, long c_row,
                          int accumulate, int level) {
  if (columns == RK_PANEL) {
    tile(rows, depth, a, a_step, panel, fetch, fetch_step, c, c_row, accumulate, level);
    return;
  }
  float whole[12 * RK_PANEL];
  tile(rows, depth, a, a_step, panel, fetch, fetch_step, whole, RK_PANEL, 0, level);
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < columns; j++) {
      const float sum = whole[i * RK_PANEL + j];
      c[i * c_row + j] = accumulate ? c[i * c_row + j] + sum : sum;
    }
}

void rk_panel_product(long rows, long depth, const float *restrict a, const float *restrict panel, long ahead,
                      long columns, float *restrict c, long c_row, int accumulate, int level) {
  const long shares = rows > 36 ? 4 : rows > 12 ? 2 : 1;
  const long share = depth * RK_PANEL / shares;
  for (long row = 0, block = 0; row < rows; block++) {
    const long r = rk_block_rows(rows - row);
    const int fetches = ahead > 0 && block < shares;
    const float *fetch = fetches ? panel + ahead + block * share : panel;
    const long fetch_step = fetches ? RK_PANEL / shares : 0;
    block_product(r, depth, a, r, panel, fetch, fetch_step, columns, c + row * c_row, c_row, accumulate, level);
    a += depth * r;
    row += r;
  }
}

void rk_columns_product(long rows, long depth, const float *restrict columns_of_a, const float *restrict panel,
                        long columns, float *restrict c, long c_row, int level) {
  for (long row = 0; row < rows;) {
    const long r = rk_block_rows(rows - row);
    block_product(r, depth, columns_of_a + row, RK_PANEL, panel, panel, 0, columns, c + row * c_row, c_row, 0, level);
    row += r;
  }
}

long rk_row_product(long depth, const float *restrict a, const float *restrict panels, long first, long last,
                    float *restrict c, int accumulate, int level) {
  long p = first;
#if defined(__x86_64__)
  const long size = depth * RK_PANEL;
  for (; level == 2 && p + 4 <= last; p += 4)
    row512_four_panels(depth, a, panels + p * size, size, c + p * RK_PANEL, accumulate);
  for (; level == 2 && p + 2 <= last; p += 2)
    row512_two_panels(depth, a, panels + p * size, size, c + p * RK_PANEL, accumulate);
#else
  (void)depth, (void)a, (void)panels, (void)last, (void)c, (void)accumulate, (void)level;
#endif
  return p;
}
