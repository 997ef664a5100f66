#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "packWeights.glsl"
#include "halves.glsl"

// Packs a convolution's weights for product16.comp; an invocation writes eight columns of one row.
layout(constant_id = 1) const bool saturates = false;

layout(binding = 0) writeonly buffer Target { uvec4 target[]; };

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex, eights = paddedColumns / 8;
  if (index >= rows * eights) return;
  float values[8];
  [[unroll]] for (uint c = 0; c < 8; c++) values[c] = weight(index / eights, index % eights * 8 + c);
  target[index] = packedHalves(values, saturates);
}
