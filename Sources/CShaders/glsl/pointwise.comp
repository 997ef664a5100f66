#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Functions of each value on its own, four at a time. Memory is padded, so that the last four may pass the end.
layout(local_size_x = 256) in;

// Which function, as PointwiseFunction numbers them.
layout(constant_id = 0) const uint function = 0;

layout(binding = 0) writeonly buffer Target { vec4 target[]; };
layout(binding = 1) readonly buffer Values { vec4 values[]; };
// A second operand for the functions of two; otherwise the values again.
layout(binding = 2) readonly buffer Others { vec4 others[]; };
layout(push_constant) uniform Parameters {
  uint count;
  float first, second;
};

vec4 logistic(vec4 x) { return 1 / (1 + exp(-x)); }

// Beyond 9, the hyperbolic tangent is 1 to the last bit; near 0, the quotient would lose digits. A clamp may lose a NaN.
vec4 hyperbolicTangent(vec4 x) {
  vec4 y = clamp(x, -9.1, 9.1), e = exp(2 * y), square = x * x;
  vec4 series = x * (1 - square * (1 / 3. - square * (2 / 15. - square * (17 / 315. - square * (62 / 2835.)))));
  return mix(mix((e - 1) / (e + 1), series, lessThan(abs(x), vec4(0.2))), x, isnan(x));
}

// log(1 + exp(x)) without overflow.
vec4 softplus(vec4 x) {
  vec4 e = exp(-abs(x));
  vec4 series = e * (1 - e * (0.5 - e * (1 / 3. - e * 0.25)));
  return max(x, 0) + mix(log(1 + e), series, lessThan(e, vec4(0.01)));
}

// tanh(log(1 + exp(x))), of exp(-|x|) alone.
vec4 tangentOfSoftplus(vec4 x) {
  vec4 e = exp(-abs(x)), square = e * e;
  bvec4 isPositive = greaterThan(x, vec4(0));
  vec4 numerator = mix(square + 2 * e, 1 + 2 * e, isPositive);
  return numerator / (numerator + mix(vec4(2), 2 * square, isPositive));
}

// The share of the standard normal distribution below x, by Abramowitz and Stegun's 7.1.26.
vec4 normalShare(vec4 x) {
  vec4 magnitude = abs(x) * 0.70710678, t = 1 / (1 + 0.3275911 * magnitude);
  vec4 polynomial = ((((1.06140543 * t - 1.45315203) * t + 1.42141374) * t - 0.28449674) * t + 0.25482959) * t;
  vec4 tail = 0.5 * polynomial * exp(-magnitude * magnitude);
  return mix(tail, 1 - tail, greaterThan(x, vec4(0)));
}

vec4 computed(vec4 x, vec4 y) {
  switch (function) {
  case 0: return exp(x);
  case 1: return log(x);
  case 2: return sqrt(x);
  case 3: return hyperbolicTangent(x);
  case 4: return logistic(x);
  case 5: return softplus(x);
  case 6: return x * logistic(x);
  case 7: return x * first + second;
  case 8: return mix(x * first, x, greaterThan(x, vec4(0)));
  case 9: return mix(mix(x, vec4(second), greaterThan(x, vec4(second))), vec4(first), lessThan(x, vec4(first)));
  case 10: return x * mix(mix(vec4(first), vec4(second), lessThan(y, vec4(0))), vec4(1), greaterThan(y, vec4(0)));
  case 11: return mix(vec4(0), x, bvec4(ivec4(greaterThanEqual(y, vec4(first))) * ivec4(lessThanEqual(y, vec4(second)))));
  case 12: return x;
  case 13: return vec4(first);
  case 15: return x * tangentOfSoftplus(x);
  case 16: return normalShare(x);
  case 17: return x * normalShare(x);
  // The logistic function less 1/2, which cancels where x is small.
  default: return (x + y) * 0.5 * hyperbolicTangent(0.5 * x);
  }
}

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (4 * index < count) target[index] = computed(values[index], others[index]);
}
