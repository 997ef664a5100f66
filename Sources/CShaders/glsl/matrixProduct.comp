#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A batch of matrix products, either side of which may be stored transposed. A workgroup computes 32 x 32 values, a
// thread 4 x 4 of them.
layout(local_size_x = 64) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Left { float left[]; };
layout(binding = 2) readonly buffer Right { float right[]; };
layout(push_constant) uniform Parameters {
  uint batch, rows, columns, inner;
  uint leftRowStride, leftInnerStride, rightInnerStride, rightColumnStride;
  uint columnTiles, firstMatrix;
};

shared float leftTile[16][33];
shared float rightTile[16][33];

void main() {
  uint own = gl_LocalInvocationIndex, tile = groupIndex(), matrix = firstMatrix + gl_WorkGroupID.z;
  uint firstRow = tile / columnTiles * 32, firstColumn = tile % columnTiles * 32;
  if (firstRow >= rows) return;
  uint leftStart = matrix * rows * inner, rightStart = matrix * inner * columns;
  uint ownRow = own / 8 * 4, ownColumn = own % 8 * 4;
  float sums[4][4];
  [[unroll]] for (uint i = 0; i < 4; i++) [[unroll]] for (uint j = 0; j < 4; j++) sums[i][j] = 0;
  for (uint start = 0; start < inner; start += 16) {
    for (uint index = own; index < 512; index += 64) {
      uint k = start + index % 16, row = firstRow + index / 16, column = firstColumn + index / 16;
      leftTile[index % 16][index / 16] =
        k < inner && row < rows ? left[leftStart + row * leftRowStride + k * leftInnerStride] : 0;
      rightTile[index % 16][index / 16] =
        k < inner && column < columns ? right[rightStart + k * rightInnerStride + column * rightColumnStride] : 0;
    }
    barrier();
    for (uint k = 0; k < 16; k++) {
      [[unroll]] for (uint i = 0; i < 4; i++) {
        float x = leftTile[k][ownRow + i];
        [[unroll]] for (uint j = 0; j < 4; j++) sums[i][j] += x * rightTile[k][ownColumn + j];
      }
    }
    barrier();
  }
  for (uint i = 0; i < 4; i++) {
    for (uint j = 0; j < 4; j++) {
      uint row = firstRow + ownRow + i, column = firstColumn + ownColumn + j;
      if (row < rows && column < columns) target[(matrix * rows + row) * columns + column] = sums[i][j];
    }
  }
}
