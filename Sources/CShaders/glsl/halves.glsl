// Float16 numbers, packed in eights, and how gradients are scaled to become them.
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require

/// Numbers beyond float16's range, and infinities, become its largest if `saturates`, and infinite otherwise. NaN stays.
f16vec2 halves(float first, float second, bool saturates) {
  const float largest = 65504, beyond = saturates ? largest : uintBitsToFloat(0x7f800000u);
  first = abs(first) > largest ? sign(first) * beyond : first;
  second = abs(second) > largest ? sign(second) * beyond : second;
  return f16vec2(float16_t(first), float16_t(second));
}

uvec4 packedHalves(float values[8], bool saturates) {
  uvec4 words;
  [[unroll]] for (uint index = 0; index < 4; index++) {
    words[index] = packFloat2x16(halves(values[2 * index], values[2 * index + 1], saturates));
  }
  return words;
}

/// The power of two that brings numbers up to `largest` within float16's range, whose normal numbers begin at 2^-14, with
/// room to spare for rounding; 1 for zeros only, and where there is an infinity.
///
/// Activations and weights are not scaled: they are of order 1 behind norms and of order 0.001 to 1, and what is too small
/// for float16 vanishes beside them. A loss's gradients have no such order.
float halfScale(float largest) {
  int exponent = int(floatBitsToUint(largest) >> 23);
  if (exponent == 0 || exponent == 255) return 1;
  // Both this and its inverse are normal float32 numbers.
  return uintBitsToFloat(uint(clamp(267 - exponent, 1, 253)) << 23);
}
