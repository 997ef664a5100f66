// Float16 numbers, packed in eights.
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

/// Nothing is scaled: activations are of order 1 behind norms, weights of order 0.001 to 1, and what is too small for
/// float16 vanishes beside them. Finite numbers and infinities that are too large become the largest float16 number; NaN
/// stays.
f16vec2 halves(float first, float second) {
  const float largest = 65504;
  first = abs(first) > largest ? sign(first) * largest : first;
  second = abs(second) > largest ? sign(second) * largest : second;
  return f16vec2(float16_t(first), float16_t(second));
}

uvec4 packedHalves(float values[8]) {
  uvec4 words;
  [[unroll]] for (uint index = 0; index < 4; index++) {
    words[index] = packFloat2x16(halves(values[2 * index], values[2 * index + 1]));
  }
  return words;
}
