#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Means and 1 / sqrt(variance + epsilon) from moments in parts (Chan et al. 1979). A workgroup takes one group's `width`
// channels; its threads join every so many parts, and then their results as a tree.
layout(local_size_x = 256) in;

// Channels of a workgroup, a power of two up to 256.
layout(constant_id = 0) const uint width = 1;

layout(binding = 0) writeonly buffer Means { float means[]; };
layout(binding = 1) writeonly buffer Deviations { float inverseDeviations[]; };
layout(binding = 2) readonly buffer Moments { float moments[]; };
layout(push_constant) uniform Parameters {
  uint groups, parts, channels, channelGroups;
  float epsilon;
};

/// Of some pixels: their number, their mean less an origin common to all, and the sum of squared differences from the mean.
struct Summary { float pixels, distance, squares; };

shared Summary found[256];

Summary joined(Summary a, Summary b) {
  float pixels = a.pixels + b.pixels;
  if (b.pixels == 0) return a;
  float step = b.distance - a.distance;
  return Summary(
    pixels, a.distance + step * (b.pixels / pixels),
    a.squares + b.squares + step * step * (b.pixels * (a.pixels / pixels)));
}

void main() {
  uint number = groupIndex(), group = number / channelGroups, own = gl_LocalInvocationIndex, lanes = 256 / width;
  if (group >= groups) return;
  uint channel = number % channelGroups * width + own % width, lane = own / width, read = min(channel, channels - 1);
  uint size = 3 * channels + 1;
  // The mean's distance from the first part's pivot is summed, which is small, so that no digits are lost.
  float origin = moments[group * parts * size + read];
  Summary all = Summary(0, 0, 0);
  for (uint part = lane; part < parts; part += lanes) {
    uint start = (group * parts + part) * size;
    float count = moments[start + 3 * channels];
    if (count == 0) continue;
    float sum = moments[start + channels + read];
    all = joined(
      all,
      Summary(
        count, (moments[start + read] - origin) + sum / count,
        max(0, moments[start + 2 * channels + read] - sum * sum / count)));
  }
  found[own] = all;
  for (uint reach = 128; reach >= width; reach /= 2) {
    barrier();
    if (own < reach) found[own] = joined(found[own], found[own + reach]);
  }
  if (lane != 0 || channel >= channels) return;
  means[group * channels + channel] = origin + found[own].distance;
  inverseDeviations[group * channels + channel] = 1 / sqrt(found[own].squares / max(1, found[own].pixels) + epsilon);
}
