#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Copies rows of values from and to places at their own distances.
layout(local_size_x = 256) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Source { float source[]; };
layout(push_constant) uniform Parameters {
  uint rows, count;
  uint sourceStart, sourceStride, targetStart, targetStride;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= rows * count) return;
  uint row = index / count, column = index % count;
  target[targetStart + row * targetStride + column] = source[sourceStart + row * sourceStride + column];
}
