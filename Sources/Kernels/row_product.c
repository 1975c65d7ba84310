// C[M, N] = X[M, K] · Wᵀ for W[N, K] of 16 bits, read where it lies: decoding with weights that stay in their file.
//
// Every element is one dot product in 16 lanes: lane l sums the products of k ≡ l (mod 16) in order, then the lanes are
// added as a tree. A tile only decides which elements are computed together, so no bit depends on M or on the split.

#include "half.h"
#include "kernels.h"
#include "vector.h"

typedef uint16_t u16x16 __attribute__((vector_size(32), aligned(2), may_alias));
typedef uint32_t u32x16 __attribute__((vector_size(64), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

#define HALVES(x, from) \
  __builtin_shufflevector(x, x, from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, from + 7)

#define SUM_OF_LANES(to, s)                                                                        \
  {                                                                                                \
    const v8 half = HALVES(s, 0) + HALVES(s, 8);                                                   \
    const v4 quarter = __builtin_shufflevector(half, half, 0, 1, 2, 3) +                           \
                       __builtin_shufflevector(half, half, 4, 5, 6, 7);                            \
    to = (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);                                    \
  }

#define BFLOAT16(p) ((v16)(__builtin_convertvector(*(const u16x16 *)(p), u32x16) << 16))

// The processor's own conversion where it has one; by integers elsewhere. Both are exact.
#define FLOAT16_HARDWARE(p) __builtin_convertvector(*(const f16x16 *)(p), v16)
#define FLOAT16_INTEGER(p)                               \
  ({                                                     \
    v16 wide;                                            \
    for (int lane = 0; lane < 16; lane++) wide[lane] = rk_float_of_float16((p)[lane]); \
    wide;                                                \
  })

// ---- Tiles ----------------------------------------------------------------------------------------------------------

// Weight rows r and activation rows c of a tile; accumulators are named variables, as in gemm.c.
#define W1(F, c) F(0, c)
#define W2(F, c) W1(F, c) F(1, c)
#define W4(F, c) W2(F, c) F(2, c) F(3, c)
#define W8(F, c) W4(F, c) F(4, c) F(5, c) F(6, c) F(7, c)
#define X1(WS, F) WS(F, 0)
#define X2(WS, F) X1(WS, F) WS(F, 1)
#define X4(WS, F) X2(WS, F) WS(F, 2) WS(F, 3)
#define X6(WS, F) X4(WS, F) WS(F, 4) WS(F, 5)
#define COLUMNS_1(F) F(0)
#define COLUMNS_2(F) COLUMNS_1(F) F(1)
#define COLUMNS_4(F) COLUMNS_2(F) F(2) F(3)
#define COLUMNS_6(F) COLUMNS_4(F) F(4) F(5)

#define DECLARE(r, c) v16 s##r##_##c = {0};
#define LOAD_W(r, c) const v16 w##r = WIDEN(w + r * K + k);
#define LOAD_X(c) const v16 x##c = *(const v16 *)(x + c * K + k);
#define MULTIPLY(r, c) s##r##_##c += w##r * x##c;
#define FETCH(r, c) __builtin_prefetch(w + (r + FETCHED) * K + k, 0, 2);
#define LOAD_W_TAIL(r, c) \
  uint16_t wt##r[16] = {0}; \
  memcpy(wt##r, w + r * K + k, (size_t)(K - k) * 2); \
  const v16 w##r = WIDEN(wt##r);
#define LOAD_X_TAIL(c) \
  float xt##c[16] = {0}; \
  memcpy(xt##c, x + c * K + k, (size_t)(K - k) * 4); \
  const v16 x##c = *(const v16 *)xt##c;
#define STORE(r, c) SUM_OF_LANES(y[c * y_row + r], s##r##_##c)

#define TILE(NAME, TARGET, WS, XS, COLUMNS)                                                                \
  TARGET static void NAME(long K, const float *restrict x, const uint16_t *restrict w, float *restrict y,  \
                          long y_row) {                                                                    \
    XS(WS, DECLARE)                                                                                        \
    long k = 0;                                                                                            \
    for (; k + 16 <= K; k += 16) {                                                                         \
      WS(FETCH, 0)                                                                                         \
      WS(LOAD_W, 0)                                                                                        \
      COLUMNS(LOAD_X)                                                                                      \
      XS(WS, MULTIPLY)                                                                                     \
    }                                                                                                      \
    if (k < K) {                                                                                           \
      WS(LOAD_W_TAIL, 0)                                                                                   \
      COLUMNS(LOAD_X_TAIL)                                                                                 \
      XS(WS, MULTIPLY)                                                                                     \
    }                                                                                                      \
    XS(WS, STORE)                                                                                          \
  }

// The tiles of one element type: `WIDE` weight rows against one activation row, `TALL` against up to `MOST` of them.
#define TILES_512(TYPE)                                  \
  TILE(TYPE##_512_8_1, AVX512, W8, X1, COLUMNS_1)        \
  TILE(TYPE##_512_4_6, AVX512, W4, X6, COLUMNS_6)        \
  TILE(TYPE##_512_4_4, AVX512, W4, X4, COLUMNS_4)        \
  TILE(TYPE##_512_4_2, AVX512, W4, X2, COLUMNS_2)        \
  TILE(TYPE##_512_1_1, AVX512, W1, X1, COLUMNS_1)
#define TILES_256(TYPE)                                  \
  TILE(TYPE##_256_4_1, AVX2, W4, X1, COLUMNS_1)          \
  TILE(TYPE##_256_2_2, AVX2, W2, X2, COLUMNS_2)          \
  TILE(TYPE##_256_1_1, AVX2, W1, X1, COLUMNS_1)
#define TILES_128(TYPE)                                  \
  TILE(TYPE##_128_2_1, , W2, X1, COLUMNS_1)              \
  TILE(TYPE##_128_1_1, , W1, X1, COLUMNS_1)

#define FETCHED 8
#define WIDEN BFLOAT16
#if defined(__x86_64__)
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512bw,fma")))
#define AVX2 __attribute__((target("avx2,fma,f16c")))
TILES_512(bf16)
TILES_256(bf16)
#endif
TILES_128(bf16)
#undef WIDEN

#if defined(__x86_64__)
typedef _Float16 f16x16 __attribute__((vector_size(32), aligned(2), may_alias));
#define WIDEN FLOAT16_HARDWARE
TILES_512(f16)
TILES_256(f16)
#undef WIDEN
#endif
#define WIDEN FLOAT16_INTEGER
TILES_128(f16)
#undef WIDEN

// ---- Products -------------------------------------------------------------------------------------------------------

typedef void (*tile_function)(long, const float *restrict, const uint16_t *restrict, float *restrict, long);

// A tile of `rows` weight rows and `columns` activation rows.
typedef struct {
  long rows, columns;
  tile_function run;
} shape;

// From wide to narrow in activation rows, for each of them from tall to one weight row; the last one fits anything.
#define SHAPES_512(TYPE) \
  {{4, 6, TYPE##_512_4_6}, {4, 4, TYPE##_512_4_4}, {4, 2, TYPE##_512_4_2}, {8, 1, TYPE##_512_8_1}, {1, 1, TYPE##_512_1_1}}
#define SHAPES_256(TYPE) {{2, 2, TYPE##_256_2_2}, {4, 1, TYPE##_256_4_1}, {1, 1, TYPE##_256_1_1}}
#define SHAPES_128(TYPE) {{2, 1, TYPE##_128_2_1}, {1, 1, TYPE##_128_1_1}}

static const shape bf16_128[] = SHAPES_128(bf16), f16_128[] = SHAPES_128(f16);
#if defined(__x86_64__)
static const shape bf16_512[] = SHAPES_512(bf16), bf16_256[] = SHAPES_256(bf16);
static const shape f16_512[] = SHAPES_512(f16), f16_256[] = SHAPES_256(f16);
#endif

static const shape *shapes(int type, int level) {
#if defined(__x86_64__)
  if (level == 2) return type == RK_BFLOAT16 ? bf16_512 : f16_512;
  if (level == 1) return type == RK_BFLOAT16 ? bf16_256 : f16_256;
#endif
  (void)level;
  return type == RK_BFLOAT16 ? bf16_128 : f16_128;
}

// Weight rows that stay in the first two caches while all activation rows pass.
enum { BLOCK = 16 };

void rk_gemm_rows(long M, long N, long K, const float *restrict x, const uint16_t *restrict w, int type,
                  float *restrict y, long y_row, int level) {
  const shape *const all = shapes(type, level);
  for (long n = 0; n < N; n += BLOCK) {
    const long last = n + BLOCK < N ? n + BLOCK : N;
    for (long m = 0; m < M;) {
      const shape *s = all;
      while (s->columns > M - m) s++;
      const long columns = s->columns;
      for (long row = n; row < last; row += s->rows) {
        while (s->rows > last - row && (s + 1)->columns == columns) s++;
        if (s->rows > last - row) {
          // No tile of this width is so low: a column at a time.
          const shape *one = s;
          while (one->rows > 1 || one->columns > 1) one++;
          for (; row < last; row++)
            for (long c = 0; c < columns; c++)
              one->run(K, x + (m + c) * K, w + row * K, y + (m + c) * y_row + row, y_row);
          break;
        }
        s->run(K, x + m * K, w + row * K, y + m * y_row + row, y_row);
      }
      m += columns;
    }
  }
}
