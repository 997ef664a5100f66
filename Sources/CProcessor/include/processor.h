// CPU feature detection, and intrinsics that Swift does not expose.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#ifdef __x86_64__
// `__builtin_cpu_supports` also checks that the operating system saves the wider registers.
static inline bool processor_has_avx2(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static inline bool processor_has_avx512(void) {
  return processor_has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

static inline bool processor_has_avx512_bfloat16(void) {
  return processor_has_avx512() && __builtin_cpu_supports("avx512bf16");
}
#endif

// Asks for the line of memory at an address, which may be any, to be in the second-level cache when it is read. The first
// level would wait for more lines than it can expect at a time.
static inline __attribute__((always_inline)) void fetch_ahead(const float *address) { __builtin_prefetch(address, 0, 2); }

#ifdef __AVX512F__
typedef float float32x16 __attribute__((vector_size(64)));

// Writes a whole line of memory, aligned as such, without reading it into the caches first.
static inline __attribute__((always_inline)) void store_past_caches(float32x16 values, float *address) {
  __builtin_nontemporal_store(values, (float32x16 *)address);
}

// Before other threads may read what was stored past the caches.
static inline __attribute__((always_inline)) void finish_stores_past_caches(void) { __builtin_ia32_sfence(); }
#endif

#ifdef __AVX512BF16__
#include <immintrin.h>

typedef int32_t int32x16 __attribute__((vector_size(64)));

// sum + a.low * b.low + a.high * b.high in each 32-bit lane, `low` and `high` being its two bfloat16 halves.
static inline __attribute__((always_inline)) float32x16 add_bfloat16_products(float32x16 sum, int32x16 a, int32x16 b) {
  return (float32x16)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}
#endif
