#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Means and 1 / sqrt(variance + epsilon) from moments in parts (Chan et al. 1979).
layout(local_size_x = 64) in;

layout(binding = 0) writeonly buffer Means { float means[]; };
layout(binding = 1) writeonly buffer Deviations { float inverseDeviations[]; };
layout(binding = 2) readonly buffer Moments { float moments[]; };
layout(push_constant) uniform Parameters {
  uint groups, parts, channels;
  float epsilon;
};

void main() {
  uint index = groupIndex() * 64 + gl_LocalInvocationIndex;
  if (index >= groups * channels) return;
  uint group = index / channels, channel = index % channels;
  // The mean's distance from the first part's pivot is summed, which is small, so that no digits are lost.
  float pixels = 0, distance = 0, squares = 0, origin = moments[group * parts * (3 * channels + 1) + channel];
  for (uint part = 0; part < parts; part++) {
    uint start = (group * parts + part) * (3 * channels + 1);
    float count = moments[start + 3 * channels];
    if (count == 0) continue;
    float sum = moments[start + channels + channel];
    float step = (moments[start + channel] - origin) + sum / count - distance;
    squares += max(0, moments[start + 2 * channels + channel] - sum * sum / count)
      + step * step * (count * (pixels / (pixels + count)));
    pixels += count;
    distance += step * (count / pixels);
  }
  means[index] = origin + distance;
  inverseDeviations[index] = 1 / sqrt(squares / max(1, pixels) + epsilon);
}
