#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// With x the normalised input and g the gradient behind the rectifier: (g - mean(g) - x mean(g x)) / deviation.
layout(local_size_x = 256) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Inputs { float inputs[]; };
layout(binding = 2) readonly buffer Gradients { float gradients[]; };
layout(binding = 3) readonly buffer Means { float means[]; };
layout(binding = 4) readonly buffer Deviations { float inverseDeviations[]; };
// The sums of g, then those of g x, for each group.
layout(binding = 5) readonly buffer Sums { float sums[]; };
layout(push_constant) uniform Parameters {
  uint values, count, channels;
  float negativeSlope;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= values) return;
  uint channel = index % channels, group = index / (count * channels);
  uint own = group * channels + channel, start = 2 * group * channels + channel;
  float x = (inputs[index] - means[own]) * inverseDeviations[own];
  float gradient = gradients[index] * (x > 0 ? 1 : negativeSlope);
  float mean = sums[start] / float(count), productMean = sums[start + channels] / float(count);
  target[index] = (gradient - mean - x * productMean) * inverseDeviations[own];
}
