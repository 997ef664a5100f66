#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// The gradient of a depthwise convolution's weights, with bands of the pixels on their own: [bands, taps, channels]. A
// workgroup takes one band, one tap and up to `width` channels.
layout(local_size_x = 256) in;

// Channels of a workgroup, a power of two up to 256.
layout(constant_id = 0) const uint width = 1;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Image { float image[]; };
layout(binding = 2) readonly buffer Gradients { float gradients[]; };
// For each tap, the distance in the image from a patch's first pixel.
layout(binding = 3) readonly buffer Offsets { uint offsets[]; };
layout(push_constant) uniform Parameters {
  uint pixels, gridHeight, gridWidth, channels, tapCount, bands, bandPixels, channelGroups;
  uint imageStride, rowStride, pixelStride;
};

shared float sums[256];

void main() {
  uint group = groupIndex();
  uint channelGroup = group % channelGroups, tap = group / channelGroups % tapCount;
  uint band = group / (channelGroups * tapCount);
  if (band >= bands) return;
  uint lanes = 256 / width, own = gl_LocalInvocationIndex;
  uint channel = channelGroup * width + own % width, lane = own / width, read = min(channel, channels - 1);
  uint end = min((band + 1) * bandPixels, pixels), offset = offsets[tap];
  float sum = 0;
  for (uint pixel = band * bandPixels + lane; pixel < end; pixel += lanes) {
    uint line = pixel / gridWidth;
    uint start = line / gridHeight * imageStride + line % gridHeight * rowStride + pixel % gridWidth * pixelStride;
    sum += image[start + offset + read] * gradients[pixel * channels + read];
  }
  sums[own] = sum;
  for (uint reach = 128; reach >= width; reach /= 2) {
    barrier();
    if (own < reach) sums[own] += sums[own + reach];
  }
  if (lane == 0 && channel < channels) target[(band * tapCount + tap) * channels + channel] = sums[own];
}
