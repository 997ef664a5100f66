#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Pooling over square windows: finds the place of each window's largest value in its image, gathers the values at places,
// or scatters values to places, where each input position adds up its windows in their order.
layout(local_size_x = 256) in;

// 0: find, 1: gather, 2: scatter.
layout(constant_id = 0) const uint mode = 0;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
layout(binding = 2) readonly buffer Places { int places[]; };
layout(push_constant) uniform Parameters {
  uint count, height, width, channels, outputHeight, outputWidth;
  int window, stride, padding;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uint channel = index % channels;
  uint inputCount = height * width * channels, outputCount = outputHeight * outputWidth * channels;
  if (mode == 1) {
    target[index] = values[index / outputCount * inputCount + places[index]];
  } else if (mode == 0) {
    uint image = index / outputCount, pixel = index % outputCount / channels;
    int top = int(pixel / outputWidth) * stride - padding, left = int(pixel % outputWidth) * stride - padding;
    uint start = image * inputCount;
    int best = -1;
    for (int row = max(top, 0); row < min(top + window, int(height)); row++) {
      for (int column = max(left, 0); column < min(left + window, int(width)); column++) {
        int candidate = (row * int(width) + column) * int(channels) + int(channel);
        if (best < 0 || values[start + candidate] > values[start + best]) best = candidate;
      }
    }
    target[index] = intBitsToFloat(best);
  } else {
    uint image = index / inputCount;
    int own = int(index % inputCount);
    int row = own / int(width * channels) + padding, column = own / int(channels) % int(width) + padding;
    uint start = image * outputCount;
    float sum = 0;
    for (int y = max(0, (row - window + stride) / stride); y <= min(row / stride, int(outputHeight) - 1); y++) {
      for (int x = max(0, (column - window + stride) / stride); x <= min(column / stride, int(outputWidth) - 1); x++) {
        uint place = start + (y * outputWidth + x) * channels + channel;
        if (places[place] == own) sum += values[place];
      }
    }
    target[index] = sum;
  }
}
