#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A depthwise convolution, or a phase of its input gradient: each output channel from its own input channel, over the
// chosen taps.
layout(local_size_x = 256) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
// The padded image.
layout(binding = 1) readonly buffer Image { float image[]; };
layout(binding = 2) readonly buffer Weights { float weights[]; };
// For each tap, its number in the weights, and the distance in the image from a patch's first pixel.
layout(binding = 3) readonly buffer Taps { uint taps[]; };
layout(binding = 4) readonly buffer Bias { float bias[]; };
layout(push_constant) uniform Parameters {
  uint pixels, gridHeight, gridWidth, channels, tapCount;
  uint imageStride, rowStride, pixelStride;
  uint outputHeight, outputWidth;
  uint firstRow, rowStep, firstColumn, columnStep;
  uint hasBias;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= pixels * channels) return;
  uint channel = index % channels, pixel = index / channels;
  uint x = pixel % gridWidth, line = pixel / gridWidth, y = line % gridHeight, number = line / gridHeight;
  uint start = number * imageStride + y * rowStride + x * pixelStride + channel;
  float sum = hasBias != 0 ? bias[channel] : 0;
  for (uint tap = 0; tap < tapCount; tap++) {
    sum += weights[taps[2 * tap] * channels + channel] * image[start + taps[2 * tap + 1]];
  }
  uint row = firstRow + y * rowStep, column = firstColumn + x * columnStep;
  target[((number * outputHeight + row) * outputWidth + column) * channels + channel] = sum;
}
