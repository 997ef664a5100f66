// The processor's dot products of half-width numbers, which Swift has no name for.
#pragma once
#include <stdint.h>

#ifdef __AVX512BF16__
#include <immintrin.h>

typedef float float32x16 __attribute__((vector_size(64)));
typedef int32_t int32x16 __attribute__((vector_size(64)));

// sum + a.low * b.low + a.high * b.high in each lane, whose halves are bfloat16.
static inline __attribute__((always_inline)) float32x16 add_bfloat16_products(float32x16 sum, int32x16 a, int32x16 b) {
  return (float32x16)_mm512_dpbf16_ps((__m512)sum, (__m512bh)a, (__m512bh)b);
}
#endif
