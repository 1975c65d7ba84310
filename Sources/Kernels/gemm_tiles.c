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
// come from memory, and no tile should wait for it while another leaves it idle. Only tiles of whole panels have to fetch
// two lines for a step.
#define DECLARE(r) VECTOR low##r = {0}, high##r = {0};
#define MULTIPLY(r)              \
  low##r += ak[r] * b_low;       \
  high##r += ak[r] * b_high;
#define FETCH_OUT(r)                                     \
  __builtin_prefetch(c + r * c_row, 1, 3);               \
  __builtin_prefetch(c + r * c_row + RK_PANEL / 2, 1, 3);
#define FETCH_LINE __builtin_prefetch(fetch + k * fetch_step, 0, 2);
#define FETCH_LINES FETCH_LINE __builtin_prefetch(fetch + k * fetch_step + fetch_step / 2, 0, 2);
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
      FETCH                                                                                                   \
      const float *restrict ak = a + k * a_step;                                                              \
      const VECTOR b_low = *(const VECTOR *)(b + k * RK_PANEL);                                               \
      const VECTOR b_high = *(const VECTOR *)(b + k * RK_PANEL + sizeof(VECTOR) / sizeof(float));             \
      ROWS(MULTIPLY)                                                                                          \
    }                                                                                                         \
    ROWS(STORE)                                                                                               \
  }

#if defined(__x86_64__)

#define VECTOR v16
#define FETCH FETCH_LINES
TILE(tile512_12, AVX512, ROWS_12)
TILE(tile512_8, AVX512, ROWS_8)
TILE(tile512_4, AVX512, ROWS_4)
TILE(tile512_2, AVX512, ROWS_2)
TILE(tile512_1, AVX512, ROWS_1)
#undef VECTOR
#undef FETCH
#define FETCH FETCH_LINE

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
#define ROW(NAME, TARGET, PANELS)                                                                                     \
  TARGET static void NAME(long depth, const float *restrict a, const float *restrict b, long b_panel, float *restrict c, \
                          int accumulate) {                                                                           \
    PANELS(DECLARE_PANEL)                                                                                             \
    for (long k = 0; k < depth; k++) {                                                                                \
      const float x = a[k];                                                                                           \
      PANELS(MULTIPLY_PANEL)                                                                                          \
    }                                                                                                                 \
    PANELS(STORE_PANEL)                                                                                               \
  }
ROW(row512_four_panels, AVX512, PANELS_4)
ROW(row512_two_panels, AVX512, PANELS_2)
ROW(row256_two_panels, AVX2, PANELS_2)

#endif

#undef FETCH
#define FETCH FETCH_LINE
#define VECTOR v4
TILE(tile128_4, , ROWS_4)
TILE(tile128_2, , ROWS_2)
TILE(tile128_1, , ROWS_1)
#undef VECTOR

// Columns of a tile: two vectors. A panel is worked through in strips of them, each by all rows before the next, so that a
// strip stays in the first cache; a whole panel would fill it.
static long strip_width(int level) { return level == 2 ? RK_PANEL : level == 1 ? RK_PANEL / 2 : RK_PANEL / 4; }

// One block of `rows` rows (12, 8, 4, 2 or 1), `a_step` floats apart for each step of k, against one strip.
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
    switch (rows) {
      case 12:
        tile256_6(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate);
        tile256_6(depth, a + 6, a_step, b, b, 0, c + 6 * c_row, c_row, accumulate);
        return;
      case 8:
        tile256_4(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate);
        tile256_4(depth, a + 4, a_step, b, b, 0, c + 4 * c_row, c_row, accumulate);
        return;
      case 4: tile256_4(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
      case 2: tile256_2(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
      default: tile256_1(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
    }
  }
#endif
  (void)level;
  switch (rows) {
    case 1: tile128_1(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
    case 2: tile128_2(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate); return;
    default:
      tile128_4(depth, a, a_step, b, fetch, fetch_step, c, c_row, accumulate);
      for (long row = 4; row < rows; row += 4)
        tile128_4(depth, a + row, a_step, b, b, 0, c + row * c_row, c_row, accumulate);
  }
}

// A block of rows against one strip of a packed panel, of which `columns` columns are wanted.
static void block_product(long rows, long depth, const float *restrict a, long a_step, const float *restrict strip,
                          const float *fetch, long fetch_step, long columns, float *restrict c, long c_row,
                          int accumulate, int level) {
  if (columns >= strip_width(level)) {
    tile(rows, depth, a, a_step, strip, fetch, fetch_step, c, c_row, accumulate, level);
    return;
  }
  float whole[12 * RK_PANEL];
  tile(rows, depth, a, a_step, strip, fetch, fetch_step, whole, RK_PANEL, 0, level);
  for (long i = 0; i < rows; i++)
    for (long j = 0; j < columns; j++) {
      const float sum = whole[i * RK_PANEL + j];
      c[i * c_row + j] = accumulate ? c[i * c_row + j] + sum : sum;
    }
}

void rk_panel_product(long rows, long depth, const float *restrict a, const float *restrict panel, long ahead,
                      long columns, float *restrict c, long c_row, int accumulate, int level) {
  const long width = strip_width(level);
  // Blocks of each strip that fetch, and what one of them fetches for each step of k.
  const long shares = rows > 36 ? 4 : rows > 12 ? 2 : 1, step = RK_PANEL / (shares * (RK_PANEL / width));
  const float *next = panel + ahead;
  for (long column = 0; column < columns; column += width) {
    const float *from = a;
    for (long row = 0, block = 0; row < rows; block++) {
      const long r = rk_block_rows(rows - row);
      const int fetches = ahead > 0 && block < shares;
      block_product(r, depth, from, r, panel + column, fetches ? next : panel, fetches ? step : 0, columns - column,
                    c + row * c_row + column, c_row, accumulate, level);
      if (fetches) next += step * depth;
      from += depth * r;
      row += r;
    }
  }
}

void rk_columns_product(long rows, long depth, const float *restrict columns_of_a, const float *restrict panel,
                        long columns, float *restrict c, long c_row, int level) {
  const long width = strip_width(level);
  for (long column = 0; column < columns; column += width)
    for (long row = 0; row < rows;) {
      const long r = rk_block_rows(rows - row);
      block_product(r, depth, columns_of_a + row, RK_PANEL, panel + column, panel, 0, columns - column,
                    c + row * c_row + column, c_row, 0, level);
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
  for (; level == 1 && p + 2 <= last; p += 2)
    row256_two_panels(depth, a, panels + p * size, size, c + p * RK_PANEL, accumulate);
#else
  (void)depth, (void)a, (void)panels, (void)last, (void)c, (void)accumulate, (void)level;
#endif
  return p;
}
