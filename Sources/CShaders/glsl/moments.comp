#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Each channel's moments over bands of the middle axis of [groups, count, channels], as ChannelMoments has them: pivots,
// sums and sums of squares of the differences from them, then the number of pixels. A workgroup takes one band of up to
// `width` channels; the pivot is the mean of the band's first pixels.
layout(local_size_x = 256) in;

// Channels of a workgroup, a power of two up to 256.
layout(constant_id = 0) const uint width = 1;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
layout(push_constant) uniform Parameters { uint groups, count, channels, parts, partPixels, channelGroups; };

const uint pivotPixels = 16;
shared float sums[256];
shared float squares[256];

void main() {
  uint number = groupIndex();
  uint channelGroup = number % channelGroups, part = number / channelGroups % parts;
  uint group = number / (channelGroups * parts);
  if (group >= groups) return;
  uint lanes = 256 / width, own = gl_LocalInvocationIndex;
  uint channel = channelGroup * width + own % width, lane = own / width;
  uint read = min(channel, channels - 1);
  uint first = part * partPixels, end = min(first + partPixels, count);
  float pivot = 0;
  uint pivotEnd = min(first + pivotPixels, end);
  for (uint pixel = first; pixel < pivotEnd; pixel++) pivot += values[(group * count + pixel) * channels + read];
  pivot /= float(pivotEnd - first);
  float sum = 0, square = 0;
  for (uint pixel = first + lane; pixel < end; pixel += lanes) {
    float difference = values[(group * count + pixel) * channels + read] - pivot;
    sum += difference;
    square += difference * difference;
  }
  sums[own] = sum;
  squares[own] = square;
  for (uint reach = 128; reach >= width; reach /= 2) {
    barrier();
    if (own < reach) {
      sums[own] += sums[own + reach];
      squares[own] += squares[own + reach];
    }
  }
  if (lane != 0 || channel >= channels) return;
  uint start = (group * parts + part) * (3 * channels + 1);
  target[start + channel] = pivot;
  target[start + channels + channel] = sums[own];
  target[start + 2 * channels + channel] = squares[own];
  if (channel == 0) target[start + 3 * channels] = float(end - first);
}
