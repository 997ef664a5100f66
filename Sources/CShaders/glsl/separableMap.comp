#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Linear maps along height and width of images. Each table has the first entry's number of each output position, and of
// the end, then the entries: an input position and the bits of its weight.
layout(local_size_x = 256) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
layout(binding = 2) readonly buffer Rows { int rows[]; };
layout(binding = 3) readonly buffer Columns { int columns[]; };
layout(push_constant) uniform Parameters { uint count, height, width, channels, inputHeight, inputWidth; };

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uint channel = index % channels, pixel = index / channels;
  uint x = pixel % width, line = pixel / width, y = line % height, image = line / height;
  float sum = 0;
  for (int r = rows[y]; r < rows[y + 1]; r++) {
    uint rowEntry = height + 1 + 2 * r;
    uint start = (image * inputHeight + rows[rowEntry]) * inputWidth;
    float rowWeight = intBitsToFloat(rows[rowEntry + 1]);
    for (int c = columns[x]; c < columns[x + 1]; c++) {
      uint columnEntry = width + 1 + 2 * c;
      float weight = rowWeight * intBitsToFloat(columns[columnEntry + 1]);
      sum += weight * values[(start + columns[columnEntry]) * channels + channel];
    }
  }
  target[index] = sum;
}
