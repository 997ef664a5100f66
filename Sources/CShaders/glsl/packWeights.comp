#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "packWeights.glsl"

// Packs a convolution's weights for product.comp.
layout(binding = 0) writeonly buffer Target { float target[]; };

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= rows * paddedColumns) return;
  target[index] = weight(index / paddedColumns, index % paddedColumns);
}
