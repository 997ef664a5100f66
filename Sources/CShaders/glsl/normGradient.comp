#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// With x the normalised input and g the gradient behind the rectifier: (g - mean(g) - x mean(g x)) / deviation.
layout(local_size_x = 256) in;

// Whether the inputs are float16 numbers, two to a word.
layout(constant_id = 0) const bool readsHalves = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Inputs { uint inputs[]; };
layout(binding = 2) readonly buffer Gradients { float gradients[]; };
layout(binding = 3) readonly buffer Means { float means[]; };
layout(binding = 4) readonly buffer Deviations { float inverseDeviations[]; };
// The sums of g, then those of g x, for each group.
layout(binding = 5) readonly buffer Sums { float sums[]; };
layout(push_constant) uniform Parameters {
  uint values, count, channels;
  float negativeSlope;
};

float inputValue(uint place) {
  return readsHalves ? unpackHalf2x16(inputs[place / 2])[place % 2] : uintBitsToFloat(inputs[place]);
}

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= values) return;
  uint channel = index % channels, group = index / (count * channels);
  uint own = group * channels + channel, start = 2 * group * channels + channel;
  float x = (inputValue(index) - means[own]) * inverseDeviations[own];
  float gradient = gradients[index] * (x > 0 ? 1 : negativeSlope);
  float mean = sums[start] / float(count), productMean = sums[start + channels] / float(count);
  target[index] = (gradient - mean - x * productMean) * inverseDeviations[own];
}
