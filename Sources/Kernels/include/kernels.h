// Float32 arithmetic of a Llama-architecture transformer: nothing here allocates, reads a file, keeps a global or fails.
//
// Shapes: every matrix is row-major unless strides are given. Letters: M, N, K the sizes of a matrix product
// C[M, N] = A[M, K] · B[K, N]; T tokens, C channels (hidden size), H heads, D head dimension, V vocabulary.
//
// Bits: the sum behind each output element runs over K in one order, whatever the other rows and columns of the call, so
// a row's result depends neither on the batch it is computed in nor on how work is split between threads. The order and
// the use of fused multiply-add do depend on the instruction set (`level`).
#ifndef REVERSAL_KERNELS_H
#define REVERSAL_KERNELS_H

#include <stdint.h>

#include "encoder.h"

// ---- Instruction set ------------------------------------------------------------------------------------------------

// Highest level this CPU runs: 0 portable (SSE2, NEON), 1 AVX2 with FMA, 2 AVX-512.
int rk_cpu_level(void);

// ---- Matrix product -------------------------------------------------------------------------------------------------

enum {
  RK_PANEL = 32,          // columns of B that are packed side by side
  RK_DEPTH = 256,         // rows of B that are packed together
  RK_ROWS = 264,          // rows of A that are packed together
  RK_WIDE_PANEL = 48,     // on AVX-512, where B is not packed beforehand: columns of B that are packed side by side,
  RK_WIDE_ROWS = 512,     // and rows of A that meet them
};

// Floats of scratch that rk_gemm needs, and the share of it that rk_gemm_packed needs.
enum {
  RK_GEMM_PACKED_SCRATCH = RK_ROWS * RK_DEPTH + 16,  // a vector more than the packed rows
  RK_GEMM_SCRATCH = (RK_WIDE_ROWS + 2 * RK_WIDE_PANEL) * RK_DEPTH,
};

// What a weight's elements are. Arithmetic is in float32 whatever they are.
enum { RK_FLOAT32 = 0, RK_BFLOAT16 = 1, RK_FLOAT16 = 2 };

// n elements of a 16-bit type as float32, exactly, and back, rounded to nearest with ties to even.
void rk_widen(long n, const uint16_t *restrict from, int type, float *restrict to);
void rk_narrow(long n, const float *restrict from, int type, uint16_t *restrict to);

// C[M, N] = A · B, or C += A · B with `accumulate`. Element (m, k) of A is at a[m * a_row + k * a_column], likewise B;
// rows of C are c_row apart. B has elements of `b_type`; where they have 16 bits, b_row or b_column is 1.
void rk_gemm(long M, long N, long K, const float *restrict a, long a_row, long a_column, const void *restrict b,
             int b_type, long b_row, long b_column, float *restrict c, long c_row, int accumulate,
             float *restrict scratch, int level);

// The same by the definition: one multiplication and one addition at a time. The twin that tests compare with.
void rk_gemm_naive(long M, long N, long K, const float *restrict a, long a_row, long a_column, const float *restrict b,
                   long b_row, long b_column, float *restrict c, long c_row, int accumulate);

// Floats that B[K, N] takes when packed once for many products.
long rk_packed_count(long K, long N);

// Packs the columns [column, column + count) of a wider B[K, N] from b; `column` is a multiple of RK_PANEL unless the
// columns continue those packed before it.
void rk_pack(long K, long N, const float *restrict b, long b_row, long b_column, long column, long count,
             float *restrict packed);

// C[M, N] = X[M, K] · Wᵀ for 16-bit W[N, K], read where it lies; rows of C are y_row apart. Another order of summation
// than rk_gemm's: in 16 lanes.
void rk_gemm_rows(long M, long N, long K, const float *restrict x, const uint16_t *restrict w, int type,
                  float *restrict y, long y_row, int level);

// C[M, N] = A · B for B packed by rk_pack; computes the panels [first_panel, last_panel) of RK_PANEL columns only. The
// bits are rk_gemm's.
void rk_gemm_packed(long M, long N, long K, const float *restrict a, long a_row, const float *restrict packed,
                    long first_panel, long last_panel, float *restrict c, long c_row, int accumulate,
                    float *restrict scratch, int level);

// ---- Rows -----------------------------------------------------------------------------------------------------------

// y = x · rsqrt(mean(x²) + epsilon) · weight; inverse[T] receives the reciprocal root.
void rk_rms_norm(long T, long C, const float *restrict x, const float *restrict weight, float epsilon,
                 float *restrict y, float *restrict inverse);

// Adds to dx and dweight; dx may already hold the residual's gradient.
void rk_rms_norm_backward(long T, long C, const float *restrict x, const float *restrict weight,
                          const float *restrict inverse, const float *restrict dy, float *restrict dx,
                          float *restrict dweight);

// Rotates the halves of each head of x[T, heads * D] (rows `x_row` apart) by the angle of its position, in place;
// cosine and sine are [positions, D / 2]. direction −1 applies the transpose (the backward pass).
void rk_rope(long T, long heads, long D, float *restrict x, long x_row, const int32_t *restrict positions,
             const float *restrict cosine, const float *restrict sine, float direction);

// y = silu(gate) · up over n elements of T rows; gate and up rows are `in_row` apart, y rows `out_row`.
void rk_swiglu(long T, long n, const float *restrict gate, const float *restrict up, long in_row, float *restrict y,
               long out_row);

// dgate and dup from dy, all [n].
void rk_swiglu_backward(long n, const float *restrict gate, const float *restrict up, const float *restrict dy,
                        float *restrict dgate, float *restrict dup);

void rk_add(long n, const float *restrict x, float *restrict y);  // y += x
void rk_scale(long n, float factor, float *restrict y);           // y *= factor
double rk_sum_of_squares(long n, const float *restrict x);

void rk_gather(long T, long C, const int32_t *restrict ids, const float *restrict table, float *restrict y);
void rk_scatter_add(long T, long C, const int32_t *restrict ids, const float *restrict dy, float *restrict dtable);

// ---- Attention ------------------------------------------------------------------------------------------------------

// Row i of scores[T, T] becomes softmax(scale · scores[i, 0 … i]), scale > 0, and zero beyond i, whatever was there.
void rk_causal_softmax(long T, float scale, float *restrict scores);

// dscores (holding dP) becomes scale · P ⊙ (dP − Σ P dP), row by row, zero beyond the diagonal.
void rk_causal_softmax_backward(long T, float scale, const float *restrict p, float *restrict dscores);

// The same where row i attends to the last `window` positions only, i − window + 1 … i: zero elsewhere.
void rk_window_softmax(long T, long window, float scale, float *restrict scores);
void rk_window_softmax_backward(long T, long window, float scale, const float *restrict p, float *restrict dscores);

// The same for scores[T, P + T] of T tokens after a prefix of P: row i attends to the columns up to P + i, in a window
// unless it is 0.
void rk_branch_softmax(long T, long P, long window, float scale, float *restrict scores);
void rk_branch_softmax_backward(long T, long P, long window, float scale, const float *restrict p,
                                float *restrict dscores);

enum { RK_KEY_BLOCK = 16 };  // positions that one block of a key cache holds

// One token that attends to what is cached of its sequence.
//
// A cache of its own holds `capacity` positions (a multiple of RK_KEY_BLOCK) of every layer and key-value head, one after
// another: keys in blocks [D][RK_KEY_BLOCK], values [position][D]. The part that it shares with other sequences, if any,
// is packed by rk_pack for every layer and key-value head, one after another: keys as B[D, shared_count], values as
// B[shared_count, D].
typedef struct {
  float *keys, *values;
  long capacity;
  long index;  // of this token in its own cache
  const float *shared_keys, *shared_values;
  long shared_count;
  long first;  // first position of the sequence, shared part included, that this token attends to
} rk_cached_row;

// Floats of scratch for rk_attend_cached.
long rk_attend_cached_scratch(long rows, const rk_cached_row *row, long heads, long kv_heads);

// Stores the keys and values in qkv[rows, (heads + 2 · kv_heads) · D] (queries, keys, values, rotated) in the rows' caches,
// then writes softmax(Q Kᵀ / √D) V to out[rows, heads · D], for the key-value heads [first_head, last_head) of one layer.
void rk_attend_cached(long rows, const rk_cached_row *row, long layer, long heads, long kv_heads, long D,
                      long first_head, long last_head, const float *restrict qkv, float *restrict out,
                      float *restrict scratch, int level);

// ---- Head and sampling ----------------------------------------------------------------------------------------------

// log Σ exp(x), n elements.
float rk_log_sum_exp(long n, const float *restrict x);

// logits[V] of one position becomes (softmax(logits) − onehot(target)) · factor.
void rk_cross_entropy_backward(long V, float *restrict logits, float log_sum_exp, long target, float factor);

// Index of the largest element, the first of equals.
long rk_argmax(long n, const float *restrict x);

// Draws from softmax(logits / temperature) cut to the smallest set of most likely tokens whose mass reaches top_p, with
// `uniform` in [0, 1). weights[V] is scratch.
long rk_sample(long V, const float *restrict logits, float temperature, float top_p, double uniform,
               float *restrict weights);

// ---- Optimizer ------------------------------------------------------------------------------------------------------

// One AdamW step (Loshchilov and Hutter, 1711.05101); gradient is read times gradient_scale; correction1 and
// correction2 are 1 − β₁ᵗ and 1 − β₂ᵗ.
void rk_adamw(long n, float *restrict weight, const float *restrict gradient, float *restrict mean,
              float *restrict variance, float gradient_scale, float learning_rate, float beta1, float beta2,
              float epsilon, float weight_decay, float correction1, float correction2);

#endif
