// Matrix product after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008): blocks of A
// and panels of B are packed so that a register tile reads both in order.
//
// Rows of A are packed in blocks of 12, 8, 4, 2 or 1: a block of r rows is [depth][r]. Columns of B are packed in panels
// of 32: [depth][32], the last panel filled up with zeros. All levels share the packing; only the tile differs.

#include "gemm.h"

#include "kernels.h"
#include "vector.h"

int rk_cpu_level(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return 2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
  return 0;
}

// ---- Tiles ----------------------------------------------------------------------------------------------------------

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

#define AVX512 __attribute__((target("avx512f,avx512vl,fma")))
#define VECTOR v16
TILE(tile512_12, AVX512, ROWS_12)
TILE(tile512_8, AVX512, ROWS_8)
TILE(tile512_4, AVX512, ROWS_4)
TILE(tile512_2, AVX512, ROWS_2)
TILE(tile512_1, AVX512, ROWS_1)
#undef VECTOR

#define AVX2 __attribute__((target("avx2,fma")))
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
static void tile(long rows, long depth, const float *restrict a, long a_step, const float *restrict b,
                 const float *fetch, long fetch_step, float *restrict c, long c_row, int accumulate, int level) {
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

// ---- Packing --------------------------------------------------------------------------------------------------------

static long block_rows(long left) { return left >= 12 ? 12 : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1; }

// Four rows of four floats, `row` apart, as four columns `step` apart.
static inline void transpose4(const float *restrict from, long row, float *restrict to, long step) {
  const v4 a = *(const v4 *)from, b = *(const v4 *)(from + row);
  const v4 c = *(const v4 *)(from + 2 * row), d = *(const v4 *)(from + 3 * row);
  const v4 ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const v4 cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(v4 *)to = __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5);
  *(v4 *)(to + step) = __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7);
  *(v4 *)(to + 2 * step) = __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5);
  *(v4 *)(to + 3 * step) = __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7);
}

// to[k * step + i] = from[i * row + k] for i < 4 · quads.
static inline void transpose_quads(long quads, long depth, const float *restrict from, long row, float *restrict to,
                                   long step) {
  for (long quad = 0; quad < quads; quad++) {
    const float *restrict rows = from + 4 * quad * row;
    float *restrict columns = to + 4 * quad;
    long k = 0;
    for (; k + 4 <= depth; k += 4) transpose4(rows + k, row, columns + k * step, step);
    for (; k < depth; k++)
      for (long i = 0; i < 4; i++) columns[k * step + i] = rows[i * row + k];
  }
}

// to[k * step + i] = from[k * column + i] for i < 4 · quads. The usual widths are constants: a loop of unknown length
// becomes a call of memcpy for a few floats.
static inline __attribute__((always_inline)) void copy_constant_quads(const long quads, long depth,
                                                                      const float *restrict from, long column,
                                                                      float *restrict to, long step) {
  for (long k = 0; k < depth; k++)
#pragma clang loop unroll(full)
    for (long quad = 0; quad < quads; quad++)
      *(v4 *)(to + k * step + 4 * quad) = *(const v4 *)(from + k * column + 4 * quad);
}

static inline void copy_quads(long quads, long depth, const float *restrict from, long column, float *restrict to,
                              long step) {
  switch (quads) {
    case 8: copy_constant_quads(8, depth, from, column, to, step); return;
    case 3: copy_constant_quads(3, depth, from, column, to, step); return;
    default:
      for (long quad = 0; quad < quads; quad++)
        copy_constant_quads(1, depth, from + 4 * quad, column, to + 4 * quad, step);
  }
}

#if defined(__x86_64__)

#define LANES4(x, y, a, b, c, d)                                                                                        \
  __builtin_shufflevector(x, y, a, b, c, d, a + 4, b + 4, c + 4, d + 4, a + 8, b + 8, c + 8, d + 8, a + 12, b + 12, c + 12, \
                          d + 12)
#define QUARTERS(x, y, a, b, c, d)                                                                                      \
  __builtin_shufflevector(x, y, 4 * a, 4 * a + 1, 4 * a + 2, 4 * a + 3, 4 * b, 4 * b + 1, 4 * b + 2, 4 * b + 3, 4 * c,     \
                          4 * c + 1, 4 * c + 2, 4 * c + 3, 4 * d, 4 * d + 1, 4 * d + 2, 4 * d + 3)

// to[k * step + i] = from[i * row + k] for i < rows ≤ 16, k < 16. Every store is a whole vector: with fewer than 16 rows
// and `step` = rows the next one overwrites what is too much, and the last one needs 16 − rows floats of room.
AVX512 static inline __attribute__((always_inline)) void transpose16(const long rows, const float *restrict from,
                                                                     long row, float *restrict to, long step) {
  v16 a[16], b[16];
#pragma clang loop unroll(full)
  for (long i = 0; i < 16; i++) a[i] = i < rows ? *(const v16 *)(from + i * row) : (v16){0};
#pragma clang loop unroll(full)
  for (long i = 0; i < 16; i += 2) {
    b[i] = LANES4(a[i], a[i + 1], 0, 16, 1, 17);
    b[i + 1] = LANES4(a[i], a[i + 1], 2, 18, 3, 19);
  }
  // a[4 i + j] holds column 4 q + j of the rows 4 i … 4 i + 3 in its quarter q.
#pragma clang loop unroll(full)
  for (long i = 0; i < 16; i += 4) {
    a[i] = LANES4(b[i], b[i + 2], 0, 1, 16, 17);
    a[i + 1] = LANES4(b[i], b[i + 2], 2, 3, 18, 19);
    a[i + 2] = LANES4(b[i + 1], b[i + 3], 0, 1, 16, 17);
    a[i + 3] = LANES4(b[i + 1], b[i + 3], 2, 3, 18, 19);
  }
#pragma clang loop unroll(full)
  for (long j = 0; j < 4; j++) {
    b[j] = QUARTERS(a[j], a[4 + j], 0, 2, 4, 6);
    b[4 + j] = QUARTERS(a[j], a[4 + j], 1, 3, 5, 7);
    b[8 + j] = QUARTERS(a[8 + j], a[12 + j], 0, 2, 4, 6);
    b[12 + j] = QUARTERS(a[8 + j], a[12 + j], 1, 3, 5, 7);
  }
#pragma clang loop unroll(full)
  for (long k = 0; k < 16; k++) {
    const long j = k % 4, odd = k / 4 % 2;
    *(v16 *)(to + k * step) = k < 8 ? QUARTERS(b[4 * odd + j], b[8 + 4 * odd + j], 0, 2, 4, 6)
                                    : QUARTERS(b[4 * odd + j], b[8 + 4 * odd + j], 1, 3, 5, 7);
  }
}

// As transpose_quads for a whole block of 12 rows; the columns past the last multiple of 16 are left to the caller.
AVX512 static long transpose_block(long depth, const float *restrict from, long row, float *restrict to) {
  long k = 0;
  for (; k + 16 <= depth; k += 16) transpose16(12, from + k, row, to + k * 12, 12);
  return k;
}

AVX512 static long transpose_half_panel(long depth, const float *restrict from, long row, float *restrict to) {
  long k = 0;
  for (; k + 16 <= depth; k += 16) transpose16(16, from + k, row, to + k * RK_PANEL, RK_PANEL);
  return k;
}

#endif

RK_CLONES void rk_pack_rows(long rows, long depth, const float *restrict a, long a_row, long a_column,
                            float *restrict packed, int level) {
  for (long first = 0; first < rows;) {
    const long r = block_rows(rows - first);
    const float *restrict from = a + first * a_row;
    if (r >= 4 && a_row == 1) {
      copy_quads(r / 4, depth, from, a_column, packed, r);
    } else if (r >= 4 && a_column == 1) {
      long k = 0;
#if defined(__x86_64__)
      if (level == 2 && r == 12) k = transpose_block(depth, from, a_row, packed);
#endif
      transpose_quads(r / 4, depth - k, from + k, a_row, packed + k * r, r);
    } else {
      for (long i = 0; i < r; i++)
        for (long k = 0; k < depth; k++) packed[k * r + i] = from[i * a_row + k * a_column];
    }
    packed += depth * r;
    first += r;
  }
}

// The columns [0, columns) of B, columns ≤ RK_PANEL, into the lanes [lane, lane + columns) of one panel.
RK_CLONES void rk_pack_columns(long depth, long columns, const float *restrict b, long b_row, long b_column,
                               float *restrict panel, long lane, int level) {
  const long quads = columns / 4;
  if (b_column == 1)
    copy_quads(quads, depth, b, b_row, panel + lane, RK_PANEL);
  else if (b_row == 1) {
    long quad = 0;
#if defined(__x86_64__)
    for (; level == 2 && quad + 4 <= quads; quad += 4) {
      const float *restrict from = b + 4 * quad * b_column;
      const long k = transpose_half_panel(depth, from, b_column, panel + lane + 4 * quad);
      transpose_quads(4, depth - k, from + k, b_column, panel + lane + 4 * quad + k * RK_PANEL, RK_PANEL);
    }
#endif
    transpose_quads(quads - quad, depth, b + 4 * quad * b_column, b_column, panel + lane + 4 * quad, RK_PANEL);
  }
  for (long j = b_column == 1 || b_row == 1 ? 4 * quads : 0; j < columns; j++)
    for (long k = 0; k < depth; k++) panel[k * RK_PANEL + lane + j] = b[k * b_row + j * b_column];
}

void rk_clear_lanes(long depth, long lane, float *restrict panel) {
  for (long k = 0; k < depth; k++)
    for (long j = lane; j < RK_PANEL; j++) panel[k * RK_PANEL + j] = 0;
}

static long panels(long N) { return (N + RK_PANEL - 1) / RK_PANEL; }
static long least(long x, long y) { return x < y ? x : y; }

long rk_packed_count(long K, long N) { return K * panels(N) * RK_PANEL; }

// Packed B: for each block of RK_DEPTH rows, its panels one after another.
void rk_pack(long K, long N, const float *restrict b, long b_row, long b_column, long column, long count,
             float *restrict packed) {
  const int level = rk_cpu_level();
  for (long k = 0; k < K; k += RK_DEPTH) {
    const long depth = least(RK_DEPTH, K - k);
    float *restrict block = packed + k * panels(N) * RK_PANEL;
    for (long done = 0; done < count;) {
      const long lane = (column + done) % RK_PANEL;
      const long columns = least(RK_PANEL - lane, count - done);
      float *restrict panel = block + (column + done) / RK_PANEL * depth * RK_PANEL;
      rk_pack_columns(depth, columns, b + k * b_row + done * b_column, b_row, b_column, panel, lane, level);
      done += columns;
      if (column + done == N) rk_clear_lanes(depth, lane + columns, panel);
    }
  }
}

// ---- Products -------------------------------------------------------------------------------------------------------

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

void rk_columns_product(long rows, long depth, const float *restrict columns_of_a, const float *restrict panel,
                        long columns, float *restrict c, long c_row, int level) {
  for (long row = 0; row < rows;) {
    const long r = block_rows(rows - row);
    block_product(r, depth, columns_of_a + row, RK_PANEL, panel, panel, 0, columns, c + row * c_row, c_row, 0, level);
    row += r;
  }
}

// Packed rows against one packed panel, of which `columns` columns are wanted. The row blocks share out the fetching of
// the panel that follows `ahead` floats on, 0 for none.
void rk_panel_product(long rows, long depth, const float *restrict a, const float *restrict panel, long ahead,
                      long columns, float *restrict c, long c_row, int accumulate, int level) {
  const long shares = rows > 36 ? 4 : rows > 12 ? 2 : 1;
  const long share = depth * RK_PANEL / shares;
  for (long row = 0, block = 0; row < rows; block++) {
    const long r = block_rows(rows - row);
    const int fetches = ahead > 0 && block < shares;
    const float *fetch = fetches ? panel + ahead + block * share : panel;
    const long fetch_step = fetches ? RK_PANEL / shares : 0;
    float *restrict out = c + row * c_row;
    block_product(r, depth, a, r, panel, fetch, fetch_step, columns, out, c_row, accumulate, level);
    a += depth * r;
    row += r;
  }
}

static void clear(long M, long N, float *restrict c, long c_row) {
  for (long m = 0; m < M; m++) memset(c + m * c_row, 0, (size_t)N * sizeof(float));
}

// wide[run * length + i] = from[run * step + i].
static void widen(long runs, long length, const uint16_t *restrict from, long step, int type, float *restrict wide) {
  for (long run = 0; run < runs; run++) rk_widen(length, from + run * step, type, wide + run * length);
}

// Packs columns of B of any element type into one panel; `wide` holds RK_DEPTH · RK_PANEL floats.
static void pack_panel(long depth, long columns, const void *restrict b, int b_type, long b_row, long b_column,
                       long first_row, long first_column, float *restrict panel, float *restrict wide, int level) {
  const long start = first_row * b_row + first_column * b_column;
  if (b_type == RK_FLOAT32) {
    rk_pack_columns(depth, columns, (const float *)b + start, b_row, b_column, panel, 0, level);
  } else if (b_column == 1) {
    widen(depth, columns, (const uint16_t *)b + start, b_row, b_type, wide);
    rk_pack_columns(depth, columns, wide, columns, 1, panel, 0, level);
  } else {
    widen(columns, depth, (const uint16_t *)b + start, b_column, b_type, wide);
    rk_pack_columns(depth, columns, wide, 1, depth, panel, 0, level);
  }
  if (columns < RK_PANEL) rk_clear_lanes(depth, columns, panel);
}

void rk_gemm(long M, long N, long K, const float *restrict a, long a_row, long a_column, const void *restrict b,
             int b_type, long b_row, long b_column, float *restrict c, long c_row, int accumulate,
             float *restrict scratch, int level) {
  float *restrict rows = scratch;
  float *restrict panel = scratch + RK_GEMM_PACKED_SCRATCH;
  float *restrict wide = panel + RK_DEPTH * RK_PANEL;
  if (K == 0 && !accumulate) clear(M, N, c, c_row);
  for (long m = 0; m < M; m += RK_ROWS) {
    const long height = least(RK_ROWS, M - m);
    for (long k = 0; k < K; k += RK_DEPTH) {
      const long depth = least(RK_DEPTH, K - k);
      rk_pack_rows(height, depth, a + m * a_row + k * a_column, a_row, a_column, rows, level);
      for (long n = 0; n < N; n += RK_PANEL) {
        const long columns = least(RK_PANEL, N - n);
        pack_panel(depth, columns, b, b_type, b_row, b_column, k, n, panel, wide, level);
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
    const long height = least(RK_ROWS, M - m);
    for (long k = 0; k < K; k += RK_DEPTH) {
      const long depth = least(RK_DEPTH, K - k);
      const float *restrict block = packed + k * panels(N) * RK_PANEL;
      const int add = accumulate || k > 0;
      const float *restrict rows = scratch;
      if (height == 1)
        rows = a + m * a_row + k;
      else
        rk_pack_rows(height, depth, a + m * a_row + k, a_row, 1, scratch, level);
      long p = first_panel;
#if defined(__x86_64__)
      if (height == 1 && level == 2) {
        for (; p + 4 <= last_panel && (p + 4) * RK_PANEL <= N; p += 4)
          row512_four_panels(depth, rows, block + p * depth * RK_PANEL, depth * RK_PANEL, c + m * c_row + p * RK_PANEL,
                             add);
        for (; p + 2 <= last_panel && (p + 2) * RK_PANEL <= N; p += 2)
          row512_two_panels(depth, rows, block + p * depth * RK_PANEL, depth * RK_PANEL, c + m * c_row + p * RK_PANEL,
                            add);
      }
#endif
      for (; p < last_panel; p++)
        rk_panel_product(height, depth, rows, block + p * depth * RK_PANEL, depth * RK_PANEL,
                      least(RK_PANEL, N - p * RK_PANEL), c + m * c_row + p * RK_PANEL, c_row, add, level);
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
