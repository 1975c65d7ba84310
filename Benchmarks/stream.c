// How fast this machine reads weights: GB a second over mapped files, or over memory, with some threads.
//
//   stream THREADS PASSES FILE...          the files as engines that map weights see them
//   stream THREADS PASSES --memory BYTES   memory in huge pages where the system grants them
//
// One pass that is not timed comes first. Prints a JSON line: bytes of a pass, seconds of each pass.

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { line = 64, ahead = 4096, max_parts = 256 };

struct part {
  const uint8_t *start;
  size_t size;
};

static struct part parts[max_parts];
static int part_count, thread_count, pass_count;
static pthread_barrier_t barrier;
// Written, so that the compiler keeps the reads.
static uint64_t total;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static uint64_t sum(const uint8_t *bytes, size_t size) {
  uint64_t sums[8] = {0};
  for (size_t i = 0; i + line <= size; i += line) {
    __builtin_prefetch(bytes + i + ahead);
    const uint64_t *words = (const uint64_t *)(bytes + i);
    for (int k = 0; k < 8; k++) sums[k] += words[k];
  }
  uint64_t result = 0;
  for (int k = 0; k < 8; k++) result += sums[k];
  return result;
}

// Each thread reads its share of every file.
static void *work(void *argument) {
  const size_t thread = (size_t)argument;
  for (int pass = 0; pass <= pass_count; pass++) {
    pthread_barrier_wait(&barrier);
    uint64_t found = 0;
    for (int i = 0; i < part_count; i++) {
      const size_t lines = parts[i].size / line;
      const size_t first = lines * thread / thread_count, last = lines * (thread + 1) / thread_count;
      found += sum(parts[i].start + first * line, (last - first) * line);
    }
    __atomic_fetch_add(&total, found, __ATOMIC_RELAXED);
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void map_file(const char *path) {
  const int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) fail(path);
  const size_t size = status.st_size;
  void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) fail(path);
  parts[part_count++] = (struct part){bytes, size};
  close(file);
}

static void take_memory(size_t size) {
  void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) fail("memory");
#ifdef MADV_HUGEPAGE
  madvise(bytes, size, MADV_HUGEPAGE);
#endif
  memset(bytes, 1, size);
  parts[part_count++] = (struct part){bytes, size};
}

int main(int count, char **arguments) {
  if (count < 4 || count - 3 > max_parts) return fputs("stream THREADS PASSES FILE... | --memory BYTES\n", stderr), 2;
  thread_count = atoi(arguments[1]);
  pass_count = atoi(arguments[2]);
  if (thread_count < 1 || thread_count > 1024 || pass_count < 1) {
    return fputs("stream: give 1 to 1024 threads and 1 pass or more\n", stderr), 2;
  }
  if (strcmp(arguments[3], "--memory") == 0 && count == 5) {
    take_memory(strtoull(arguments[4], NULL, 10));
  } else {
    for (int i = 3; i < count; i++) map_file(arguments[i]);
  }
  size_t bytes = 0;
  for (int i = 0; i < part_count; i++) bytes += parts[i].size / line * line;

  pthread_barrier_init(&barrier, NULL, thread_count + 1);
  for (size_t i = 0; i < (size_t)thread_count; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, (void *)i) != 0) fail("thread");
  }
  printf("{\"bytes\":%zu,\"seconds\":[", bytes);
  for (int pass = 0; pass <= pass_count; pass++) {
    pthread_barrier_wait(&barrier);
    const double start = now();
    pthread_barrier_wait(&barrier);
    if (pass > 0) printf("%s%.6f", pass > 1 ? "," : "", now() - start);
  }
  puts("]}");
  return 0;
}
