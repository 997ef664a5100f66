#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Packs a convolution's weights [taps, inputs, outputs] for product.comp: [rows, columns] with a row for each chosen tap
// and input, or output where the weights are exchanged for the input gradient. Rows and columns are padded with zeros.
layout(local_size_x = 256) in;

layout(constant_id = 0) const bool isExchanged = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Weights { float weights[]; };
layout(binding = 2) readonly buffer Taps { uint taps[]; };
layout(push_constant) uniform Parameters {
  uint rows, paddedColumns;
  uint tapCount, tapRows, paddedTapRows, columns;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= rows * paddedColumns) return;
  uint column = index % paddedColumns, row = index / paddedColumns;
  uint number = row / paddedTapRows, inner = row % paddedTapRows;
  float value = 0;
  if (number < tapCount && inner < tapRows && column < columns) {
    value = weights[taps[number] * tapRows * columns + (isExchanged ? column * tapRows + inner : inner * columns + column)];
  }
  target[index] = value;
}
