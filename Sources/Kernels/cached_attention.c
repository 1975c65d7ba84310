// Attention of single tokens over cached keys and values: prefill and decoding.
//
// A token sees the part of its sequence that it shares with other samples of the prompt, packed for matrix products, and
// then its own. All rows with one shared part meet it in one product a head, so that decoding many samples of a prompt
// reads it once; what is a row's own is read for that row alone. A row whose shared part no other row of the call reads takes
// all heads at once: then each of the four parts that it reads from memory, a prompt's keys say, lies in one piece.

#include "gemm.h"
#include "vector.h"

static long whole_blocks(long count) { return (count + RK_KEY_BLOCK - 1) / RK_KEY_BLOCK * RK_KEY_BLOCK; }
static long whole_panels(long count) { return rk_panels(count) * RK_PANEL; }

// softmax(scale · x), in place.
RK_CLONES static void softmax(long n, float scale, float *restrict x) {
  RK_REASSOCIATE
  const float top = rk_largest(n, x);
  float sum = 0;
  for (long i = 0; i < n; i++) {
    const float e = rk_exp((x[i] - top) * scale);
    x[i] = e;
    sum += e;
  }
  const float r = 1.0f / sum;
  for (long i = 0; i < n; i++) x[i] *= r;
}

// Asks for `count` floats that are needed soon: a row's own keys and values lie elsewhere than those of the row before.
static void fetch(const float *from, long count) {
  for (long i = 0; i < count; i += 16) __builtin_prefetch(from + i, 0, 2);
}

static void mask(float *restrict x, long first, long last) {
  for (long i = first; i < last; i++) x[i] = -1e30f;
}

static void store_key(long D, const float *restrict key, long position, float *restrict keys) {
  float *restrict block = keys + position / RK_KEY_BLOCK * D * RK_KEY_BLOCK + position % RK_KEY_BLOCK;
  for (long d = 0; d < D; d++) block[d * RK_KEY_BLOCK] = key[d];
}

// Four blocks of positions at a time, so that four chains of additions overlap; each position's sum runs over D in order.
RK_CLONES static void key_scores(long heads, long D, const float *restrict q, const float *restrict keys, long count,
                                 float *restrict scores, long score_row) {
  const long blocks = (count + RK_KEY_BLOCK - 1) / RK_KEY_BLOCK;
  const long size = D * RK_KEY_BLOCK;
  for (long h = 0; h < heads; h++) {
    const float *restrict qh = q + h * D;
    float *restrict out = scores + h * score_row;
    long block = 0;
    for (; block + 4 <= blocks; block += 4) {
      const float *restrict k0 = keys + block * size;
      v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
      for (long d = 0; d < D; d++) {
        const float x = qh[d];
        s0 += x * *(const v16 *)(k0 + d * RK_KEY_BLOCK);
        s1 += x * *(const v16 *)(k0 + size + d * RK_KEY_BLOCK);
        s2 += x * *(const v16 *)(k0 + 2 * size + d * RK_KEY_BLOCK);
        s3 += x * *(const v16 *)(k0 + 3 * size + d * RK_KEY_BLOCK);
      }
      v16 *restrict to = (v16 *)(out + block * RK_KEY_BLOCK);
      to[0] = s0;
      to[1] = s1;
      to[2] = s2;
      to[3] = s3;
    }
    for (; block < blocks; block++) {
      const float *restrict k0 = keys + block * size;
      v16 s0 = {0};
      for (long d = 0; d < D; d++) s0 += qh[d] * *(const v16 *)(k0 + d * RK_KEY_BLOCK);
      *(v16 *)(out + block * RK_KEY_BLOCK) = s0;
    }
  }
}

RK_CLONES static void weighted_values(long heads, long D, const float *restrict weights, long weight_row,
                                      const float *restrict values, long count, int accumulate, float *restrict out) {
  for (long h = 0; h < heads; h++) {
    const float *restrict w = weights + h * weight_row;
    float *restrict to = out + h * D;
    long d = 0;
    // Positions are summed in four interleaved chains, then the chains in order; two vectors at a time where they fit.
    for (; d + 32 <= D; d += 32) {
      const float *restrict from = values + d;
      v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, h0 = {0}, h1 = {0}, h2 = {0}, h3 = {0};
      long t = 0;
      for (; t + 4 <= count; t += 4) {
        const float *restrict row = from + t * D;
        s0 += w[t] * *(const v16 *)row;
        h0 += w[t] * *(const v16 *)(row + 16);
        s1 += w[t + 1] * *(const v16 *)(row + D);
        h1 += w[t + 1] * *(const v16 *)(row + D + 16);
        s2 += w[t + 2] * *(const v16 *)(row + 2 * D);
        h2 += w[t + 2] * *(const v16 *)(row + 2 * D + 16);
        s3 += w[t + 3] * *(const v16 *)(row + 3 * D);
        h3 += w[t + 3] * *(const v16 *)(row + 3 * D + 16);
      }
      for (; t < count; t++) {
        s0 += w[t] * *(const v16 *)(from + t * D);
        h0 += w[t] * *(const v16 *)(from + t * D + 16);
      }
      v16 *restrict target = (v16 *)(to + d);
      const v16 low = (s0 + s1) + (s2 + s3), high = (h0 + h1) + (h2 + h3);
      target[0] = accumulate ? target[0] + low : low;
      target[1] = accumulate ? target[1] + high : high;
    }
    for (; d + 16 <= D; d += 16) {
      const float *restrict from = values + d;
      v16 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
      long t = 0;
      for (; t + 4 <= count; t += 4) {
        s0 += w[t] * *(const v16 *)(from + t * D);
        s1 += w[t + 1] * *(const v16 *)(from + (t + 1) * D);
        s2 += w[t + 2] * *(const v16 *)(from + (t + 2) * D);
        s3 += w[t + 3] * *(const v16 *)(from + (t + 3) * D);
      }
      for (; t < count; t++) s0 += w[t] * *(const v16 *)(from + t * D);
      const v16 sum = (s0 + s1) + (s2 + s3);
      v16 *restrict target = (v16 *)(to + d);
      *target = accumulate ? *target + sum : sum;
    }
    for (; d < D; d++) {
      float sum = 0;
      for (long t = 0; t < count; t++) sum += w[t] * values[t * D + d];
      to[d] = accumulate ? to[d] + sum : sum;
    }
  }
}

// ---- Rows -----------------------------------------------------------------------------------------------------------

// Rows that go through one product: enough for the tile, few enough that their scores stay in the second cache.
enum { RUN = 48 };

static long run_limit(long group) { return group >= RUN ? 1 : RUN / group; }

static long score_row(const rk_cached_row *row) {
  return whole_panels(row->shared_count) + whole_blocks(row->index + 1);
}

long rk_attend_cached_scratch(long rows, const rk_cached_row *row, long heads, long kv_heads) {
  const long group = heads / kv_heads, together = rk_least(rows, run_limit(group)) * group;
  long longest = 0;
  for (long i = 0; i < rows; i++) longest = longest < score_row(row + i) ? score_row(row + i) : longest;
  return RK_GEMM_PACKED_SCRATCH + (together < heads ? heads : together) * longest;
}

// Rows from the first on that go through one product: their shared part is one, or they have none.
static long run_length(long rows, const rk_cached_row *row, long group) {
  long count = 1;
  while (count < rk_least(rows, run_limit(group)) && row[count].shared_keys == row[0].shared_keys) count++;
  return count;
}

// What the calls for one layer have in common; `scores` and `gemm` are scratch.
typedef struct {
  long layer, heads, kv_heads, D, group, width;
  float scale;
  int level;
  float *scores, *gemm;
} setting;

// A row's queries against its own keys, and the softmax of all its scores[member][position].
static void own_scores(const setting *s, const rk_cached_row *row, long place, const float *restrict q,
                       float *restrict scores, long stride) {
  const long shared = row->shared_count, gap = whole_panels(shared);
  // A window may begin past the shared part: blocks of keys before it are not read.
  const long first = row->first > shared ? row->first - shared : 0;
  const long skipped = first / RK_KEY_BLOCK * RK_KEY_BLOCK;
  key_scores(s->group, s->D, q, row->keys + (place * row->capacity + skipped) * s->D, row->index + 1 - skipped,
             scores + gap + skipped, stride);
  for (long member = 0; member < s->group; member++) {
    float *restrict all = scores + member * stride;
    mask(all, 0, rk_least(row->first, shared));
    mask(all, shared, gap + first);
    softmax(gap + row->index + 1, s->scale, all);
  }
}

static void own_values(const setting *s, const rk_cached_row *row, long place, const float *restrict scores, long stride,
                       float *restrict out) {
  const long shared = row->shared_count, first = row->first > shared ? row->first - shared : 0;
  weighted_values(s->group, s->D, scores + whole_panels(shared) + first, stride,
                  row->values + (place * row->capacity + first) * s->D, row->index + 1 - first, shared > 0, out);
}

// One row and the key-value heads [first_head, last_head).
static void attend_row(const setting *s, const rk_cached_row *row, long first_head, long last_head,
                       const float *restrict qkv, float *restrict out) {
  const long D = s->D, group = s->group, shared = row->shared_count, gap = whole_panels(shared), stride = score_row(row);
  const long heads = last_head - first_head, place = s->layer * s->kv_heads + first_head;
  const float *restrict q = qkv + first_head * group * D;
  float *restrict to = out + first_head * group * D;
  // scores[head][member][position].
  for (long head = 0; shared > 0 && head < heads; head++)
    rk_packed_rows(group, gap, D, q + head * group * D, D, row->shared_keys + (place + head) * rk_packed_count(D, shared),
                   s->scores + head * group * stride, stride, s->level);
  for (long head = 0; head < heads; head++)
    own_scores(s, row, place + head, q + head * group * D, s->scores + head * group * stride, stride);
  for (long head = 0; shared > 0 && head < heads; head++)
    rk_packed_rows(group, D, shared, s->scores + head * group * stride, stride,
                   row->shared_values + (place + head) * rk_packed_count(shared, D), to + head * group * D, D, s->level);
  for (long head = 0; head < heads; head++)
    own_values(s, row, place + head, s->scores + head * group * stride, stride, to + head * group * D);
}

// Rows [0, count) of one shared part (or of none), the key-value head `head` and the queries that read it.
static void attend_run(const setting *s, long count, const rk_cached_row *row, long head, const float *restrict qkv,
                       float *restrict out) {
  const long D = s->D, group = s->group, out_row = s->heads * D;
  const long shared = row->shared_count, gap = whole_panels(shared);
  const long place = s->layer * s->kv_heads + head;
  long stride = 0;
  for (long i = 0; i < count; i++) stride = stride < score_row(row + i) ? score_row(row + i) : stride;
  const float *restrict q = qkv + head * group * D;
  float *restrict to = out + head * group * D;

  // scores[row][member][position], so that a row's own keys serve all members at once.
  if (shared > 0) {
    const float *restrict keys = row->shared_keys + place * rk_packed_count(D, shared);
    for (long member = 0; member < group; member++)
      rk_gemm_packed(count, gap, D, q + member * D, s->width, keys, 0, gap / RK_PANEL, s->scores + member * stride,
                     group * stride, 0, s->gemm, s->level);
  }
  for (long i = 0; i < count; i++) {
    if (i + 1 < count) fetch(row[i + 1].keys + place * row[i + 1].capacity * D, (row[i + 1].index + 1) * D);
    own_scores(s, row + i, place, q + i * s->width, s->scores + i * group * stride, stride);
  }
  if (shared > 0) {
    const float *restrict values = row->shared_values + place * rk_packed_count(shared, D);
    for (long member = 0; member < group; member++)
      rk_gemm_packed(count, D, shared, s->scores + member * stride, group * stride, values, 0, whole_panels(D) / RK_PANEL,
                     to + member * D, out_row, 0, s->gemm, s->level);
  }
  for (long i = 0; i < count; i++) {
    if (i + 1 < count) fetch(row[i + 1].values + place * row[i + 1].capacity * D, (row[i + 1].index + 1) * D);
    own_values(s, row + i, place, s->scores + i * group * stride, stride, to + i * out_row);
  }
}

void rk_attend_cached(long rows, const rk_cached_row *row, long layer, long heads, long kv_heads, long D,
                      long first_head, long last_head, const float *restrict qkv, float *restrict out,
                      float *restrict scratch, int level) {
  const long group = heads / kv_heads, width = (heads + 2 * kv_heads) * D;
  const setting s = {layer, heads, kv_heads, D, group, width, 1.0f / __builtin_sqrtf((float)D), level,
                     scratch + RK_GEMM_PACKED_SCRATCH, scratch};
  // Every key and value first: rows of one sequence see each other.
  for (long i = 0; i < rows; i++)
    for (long head = first_head; head < last_head; head++) {
      const float *restrict key = qkv + i * width + (heads + head) * D;
      const long cache = (layer * kv_heads + head) * row[i].capacity * D;
      store_key(D, key, row[i].index, row[i].keys + cache);
      memcpy(row[i].values + cache + row[i].index * D, key + kv_heads * D, (size_t)D * sizeof(float));
    }
  for (long first = 0; first < rows;) {
    const long count = run_length(rows - first, row + first, group);
    if (count == 1)
      attend_row(&s, row + first, first_head, last_head, qkv + first * width, out + first * heads * D);
    first += count;
  }
  // Head by head, so that a shared part stays in the first cache.
  for (long head = first_head; head < last_head; head++)
    for (long first = 0; first < rows;) {
      const long count = run_length(rows - first, row + first, group);
      if (count > 1) attend_run(&s, count, row + first, head, qkv + first * width, out + first * heads * D);
      first += count;
    }
}
