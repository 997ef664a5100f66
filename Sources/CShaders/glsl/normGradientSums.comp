#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Of bands of [groups, count, channels]: the sums of the gradient g behind a norm's rectifier, and of g times the
// normalised input, as [groups, bands, 2, channels].
layout(local_size_x = 256) in;

// Channels of a workgroup, a power of two up to 256.
layout(constant_id = 0) const uint width = 1;
// Whether the inputs are float16 numbers, two to a word.
layout(constant_id = 1) const bool readsHalves = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Inputs { uint inputs[]; };
layout(binding = 2) readonly buffer Gradients { float gradients[]; };
layout(binding = 3) readonly buffer Means { float means[]; };
layout(binding = 4) readonly buffer Deviations { float inverseDeviations[]; };
layout(push_constant) uniform Parameters {
  uint groups, count, channels, bands, bandPixels, channelGroups;
  float negativeSlope;
};

shared float sums[256];
shared float products[256];

float inputValue(uint place) {
  return readsHalves ? unpackHalf2x16(inputs[place / 2])[place % 2] : uintBitsToFloat(inputs[place]);
}

void main() {
  uint number = groupIndex();
  uint channelGroup = number % channelGroups, band = number / channelGroups % bands;
  uint group = number / (channelGroups * bands);
  if (group >= groups) return;
  uint lanes = 256 / width, own = gl_LocalInvocationIndex;
  uint channel = channelGroup * width + own % width, lane = own / width;
  uint read = min(channel, channels - 1), end = min((band + 1) * bandPixels, count);
  float mean = means[group * channels + read], scale = inverseDeviations[group * channels + read];
  float sum = 0, product = 0;
  for (uint pixel = band * bandPixels + lane; pixel < end; pixel += lanes) {
    uint place = (group * count + pixel) * channels + read;
    float x = (inputValue(place) - mean) * scale;
    float gradient = gradients[place] * (x > 0 ? 1 : negativeSlope);
    sum += gradient;
    product += gradient * x;
  }
  sums[own] = sum;
  products[own] = product;
  for (uint reach = 128; reach >= width; reach /= 2) {
    barrier();
    if (own < reach) {
      sums[own] += sums[own + reach];
      products[own] += products[own + reach];
    }
  }
  if (lane != 0 || channel >= channels) return;
  uint start = (group * bands + band) * 2 * channels;
  target[start + channel] = sums[own];
  target[start + channels + channel] = products[own];
}
