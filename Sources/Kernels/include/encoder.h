// Float32 arithmetic of a BERT-type encoder beside its matrix products. Conventions are those of kernels.h: T tokens, C
// channels, D head dimension; nothing allocates or fails, and a row's bits depend neither on the other rows nor on threads.
#ifndef REVERSAL_ENCODER_H
#define REVERSAL_ENCODER_H

// x = (s − mean(s)) · rsqrt(variance(s) + epsilon) · weight + shift for each row s = x + branch + bias of [T, C], in place
// (Ba, Kiros and Hinton, arXiv 1607.06450).
void rk_residual_norm(long T, long C, float *restrict x, const float *restrict branch, const float *restrict bias,
                      const float *restrict weight, const float *restrict shift, float epsilon);

// x = gelu(x + bias) for each row of [T, n], in place (Hendrycks and Gimpel, arXiv 1606.08415): x · Φ(x), with Φ within
// 3e-8 of the normal distribution, or its approximation by tanh.
void rk_bias_gelu(long T, long n, float *restrict x, const float *restrict bias);
void rk_bias_gelu_tanh(long T, long n, float *restrict x, const float *restrict bias);

// Floats of scratch for rk_attend over a sequence of T tokens.
long rk_attend_scratch(long T, long D);

// out[T, heads · D] = softmax(Q Kᵀ / √D) V for the rows qkv[T, 3 · heads · D] (queries, keys, values) of one sequence, of
// which every token attends to every other.
void rk_attend(long T, long heads, long D, const float *restrict qkv, float *restrict out, float *restrict scratch,
               int level);

#endif
