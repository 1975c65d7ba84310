// The most multiplications and additions of float32 that this processor does: fused ones on registers, nothing else.
//
//   cc -O2 -march=native -ffp-contract=fast -pthread Benchmarks/peak.c -o .build/peak && .build/peak [THREADS [ROUNDS]]
//
// (-mcpu=native on arm64, where it is untested.)
// Prints GFLOP/s of all threads together, a line a round: what no engine can exceed in float32.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
enum { LANES = 16 };
#elif defined(__AVX__)
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif
typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

// Chains of additions: more than two units of four cycles need, fewer than there are registers.
enum { CHAINS = 12, MOST_THREADS = 256 };
static const long steps = 200 * 1000 * 1000;

static void *work(void *result) {
  vector sums[CHAINS];
  vector x = {0}, y = {0};
  for (int i = 0; i < LANES; i++) x[i] = 0.999f, y[i] = 0.001f;
  for (int i = 0; i < CHAINS; i++) sums[i] = x * (float)i;
  for (long k = 0; k < steps; k++) {
    // Unrolled, or the sums would not stay in registers.
#pragma GCC unroll 12
    for (int i = 0; i < CHAINS; i++) sums[i] = sums[i] * x + y;
  }
  vector sum = {0};
  for (int i = 0; i < CHAINS; i++) sum += sums[i];
  *(float *)result = sum[0];
  return 0;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? atoi(arguments[1]) : 2, rounds = count > 2 ? atoi(arguments[2]) : 3;
  if (threads < 1 || threads > MOST_THREADS || rounds < 1) {
    fprintf(stderr, "peak: give 1 to %d threads and 1 round or more\n", MOST_THREADS);
    return 2;
  }
  for (int round = 0; round < rounds; round++) {
    pthread_t members[MOST_THREADS];
    float results[MOST_THREADS];
    const double start = seconds();
    for (int i = 0; i < threads; i++)
      if (pthread_create(members + i, 0, work, results + i) != 0) {
        fprintf(stderr, "peak: cannot start %d threads; give fewer\n", threads);
        return 1;
      }
    for (int i = 0; i < threads; i++) pthread_join(members[i], 0);
    printf("%.0f\n", 2.0 * LANES * CHAINS * steps * threads / (seconds() - start) / 1e9);
  }
}
