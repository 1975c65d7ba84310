// Vector types and function multiversioning, private to the kernels.
#ifndef REVERSAL_VECTOR_H
#define REVERSAL_VECTOR_H

#include <stdint.h>
#include <string.h>

typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef float v8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef float v16 __attribute__((vector_size(64), aligned(4), may_alias));

// One clone of a function an instruction set, chosen by the loader. It needs ifunc, which Linux on x86-64 has. Under
// ThreadSanitizer the choice would be made by instrumented code before its runtime is there, which ends the program.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RK_NO_CLONES
#endif
#endif
#if defined(__x86_64__) && defined(__linux__) && !defined(RK_NO_CLONES)
#define RK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define RK_CLONES
#endif

// Lets a sum run in vector lanes. The order is fixed by the instruction set and the length alone.
#define RK_REASSOCIATE _Pragma("clang fp reassociate(on)")

// The largest of n elements, n > 0. Which comes first does not matter to a maximum, but a plain loop may not reorder.
static inline __attribute__((always_inline)) float rk_largest(long n, const float *restrict x) {
  float top[16];
  if (n < 16) {
    top[0] = x[0];
    for (long i = 1; i < n; i++) top[0] = x[i] > top[0] ? x[i] : top[0];
    return top[0];
  }
  memcpy(top, x, sizeof top);
  for (long first = 16; first < n; first += 16) {
    // The last 16 elements may come a second time.
    const float *restrict next = x + (first + 16 <= n ? first : n - 16);
    for (long i = 0; i < 16; i++) top[i] = next[i] > top[i] ? next[i] : top[i];
  }
  for (long half = 8; half > 0; half /= 2)
    for (long i = 0; i < half; i++) top[i] = top[i + half] > top[i] ? top[i + half] : top[i];
  return top[0];
}

// exp(x) within 2 units in the last place, 0 below −87.3. Cephes' reduction: x = n·ln 2 + r, |r| ≤ ln 2 / 2, and a
// polynomial in r. The addition of 1.5·2²³ rounds to the nearest integer; rintf would be a call on plain SSE2.
static inline float rk_exp(float x) {
  float clamped = x > 88.0f ? 88.0f : x;
  clamped = clamped < -87.3f ? -87.3f : clamped;
  const float shifted = clamped * 1.44269504088896341f + 12582912.0f;
  const float n = shifted - 12582912.0f;
  float r = clamped - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t bits = ((int32_t)n + 127) << 23;
  float power;
  memcpy(&power, &bits, sizeof power);
  return x < -87.3f ? 0.0f : p * power;
}

#endif
