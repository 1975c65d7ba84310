// Packing for the matrix product: rows of A and columns of B in the order in which a tile reads them.

#include "gemm.h"
#include "vector.h"

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
    case 12: copy_constant_quads(12, depth, from, column, to, step); return;
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

AVX512 static long transpose_columns(long depth, const float *restrict from, long row, float *restrict to, long step) {
  long k = 0;
  for (; k + 16 <= depth; k += 16) transpose16(16, from + k, row, to + k * step, step);
  return k;
}

#endif

RK_CLONES void rk_pack_rows(long rows, long depth, const float *restrict a, long a_row, long a_column,
                            float *restrict packed, int level) {
  for (long first = 0; first < rows;) {
    const long r = rk_block_rows(rows - first);
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

// The columns [0, columns) of B into the lanes [lane, lane + columns) of one panel [depth][width].
RK_CLONES static void pack_columns(long depth, long columns, long width, const float *restrict b, long b_row,
                                   long b_column, float *restrict panel, long lane, int level) {
  const long quads = columns / 4;
  if (b_column == 1)
    copy_quads(quads, depth, b, b_row, panel + lane, width);
  else if (b_row == 1) {
    long quad = 0;
#if defined(__x86_64__)
    for (; level == 2 && quad + 4 <= quads; quad += 4) {
      const float *restrict from = b + 4 * quad * b_column;
      float *restrict to = panel + lane + 4 * quad;
      const long k = transpose_columns(depth, from, b_column, to, width);
      transpose_quads(4, depth - k, from + k, b_column, to + k * width, width);
    }
#endif
    transpose_quads(quads - quad, depth, b + 4 * quad * b_column, b_column, panel + lane + 4 * quad, width);
  }
  for (long j = b_column == 1 || b_row == 1 ? 4 * quads : 0; j < columns; j++)
    for (long k = 0; k < depth; k++) panel[k * width + lane + j] = b[k * b_row + j * b_column];
}

static void clear_lanes(long depth, long lane, long width, float *restrict panel) {
  for (long k = 0; k < depth; k++)
    for (long j = lane; j < width; j++) panel[k * width + j] = 0;
}

long rk_packed_count(long K, long N) { return K * rk_panels(N) * RK_PANEL; }

// Packed B: for each block of RK_DEPTH rows, its panels one after another.
void rk_pack(long K, long N, const float *restrict b, long b_row, long b_column, long column, long count,
             float *restrict packed) {
  const int level = rk_cpu_level();
  for (long k = 0; k < K; k += RK_DEPTH) {
    const long depth = rk_least(RK_DEPTH, K - k);
    float *restrict block = packed + k * rk_panels(N) * RK_PANEL;
    for (long done = 0; done < count;) {
      const long lane = (column + done) % RK_PANEL;
      const long columns = rk_least(RK_PANEL - lane, count - done);
      float *restrict panel = block + (column + done) / RK_PANEL * depth * RK_PANEL;
      pack_columns(depth, columns, RK_PANEL, b + k * b_row + done * b_column, b_row, b_column, panel, lane, level);
      done += columns;
      if (column + done == N) clear_lanes(depth, lane + columns, RK_PANEL, panel);
    }
  }
}

// wide[run * length + i] = from[run * step + i].
static void widen(long runs, long length, const uint16_t *restrict from, long step, int type, float *restrict wide) {
  for (long run = 0; run < runs; run++) rk_widen(length, from + run * step, type, wide + run * length);
}

void rk_pack_panel(long depth, long columns, long width, const void *restrict b, int b_type, long b_row, long b_column,
                   long first_row, long first_column, float *restrict panel, float *restrict wide, int level) {
  const long start = first_row * b_row + first_column * b_column;
  if (b_type == RK_FLOAT32) {
    pack_columns(depth, columns, width, (const float *)b + start, b_row, b_column, panel, 0, level);
  } else if (b_column == 1) {
    widen(depth, columns, (const uint16_t *)b + start, b_row, b_type, wide);
    pack_columns(depth, columns, width, wide, columns, 1, panel, 0, level);
  } else {
    widen(columns, depth, (const uint16_t *)b + start, b_column, b_type, wide);
    pack_columns(depth, columns, width, wide, 1, depth, panel, 0, level);
  }
  if (columns < width) clear_lanes(depth, columns, width, panel);
}
