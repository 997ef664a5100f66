#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#include "common.glsl"
#include "halves.glsl"

// A batch of matrix products as matrixProduct.comp computes it, by the device's own products of small matrices: float32
// numbers become float16 as they are read, and sums are float32.
//
// A workgroup computes `tileRows` x `tileColumns` values, and each of its subgroups `partRows` x `partColumns` of them.
layout(local_size_x_id = 0) in;

layout(constant_id = 0) const uint threads = 32;
// The sizes of the device's matrices.
layout(constant_id = 1) const uint matrixRows = 8;
layout(constant_id = 2) const uint matrixColumns = 8;
layout(constant_id = 3) const uint matrixInner = 8;
layout(constant_id = 4) const uint subgroupThreads = 8;
layout(constant_id = 5) const uint tileRows = 64;
layout(constant_id = 6) const uint tileColumns = 64;
layout(constant_id = 7) const uint partRows = 32;
layout(constant_id = 8) const uint partColumns = 32;
// Terms of the sums in a step.
layout(constant_id = 9) const uint depth = 32;
layout(constant_id = 10) const bool saturates = false;
// Whether either side is scaled, as a gradient is.
layout(constant_id = 11) const bool isLeftScaled = false;
layout(constant_id = 12) const bool isRightScaled = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Left { float left[]; };
layout(binding = 2) readonly buffer Right { float right[]; };
// The largest magnitudes.
layout(binding = 3) readonly buffer LargestLeft { float largestLeft; };
layout(binding = 4) readonly buffer LargestRight { float largestRight; };
layout(push_constant) uniform Parameters {
  uint batch, rows, columns, inner;
  uint leftRowStride, leftInnerStride, rightInnerStride, rightColumnStride;
  uint columnTiles, firstMatrix;
};

// Eight more than there are in a row, so that neighbouring rows lie in different banks of shared memory.
const uint leftPitch = depth + 8, rightPitch = tileColumns + 8;
const uint matricesDown = partRows / matrixRows, matricesAcross = partColumns / matrixColumns;
const uint matrixSize = matrixRows * matrixColumns;

shared float16_t leftTile[tileRows * leftPitch];
shared float16_t rightTile[depth * rightPitch];
// A matrix for each subgroup, on its way to the target.
shared float results[threads / subgroupThreads * matrixSize];

float16_t narrowed(float value, float scale) { return halves(value * scale, 0, saturates).x; }

void main() {
  uint own = gl_LocalInvocationIndex, tile = groupIndex(), matrix = firstMatrix + gl_WorkGroupID.z;
  uint firstRow = tile / columnTiles * tileRows, firstColumn = tile % columnTiles * tileColumns;
  if (firstRow >= rows) return;
  uint leftStart = matrix * rows * inner, rightStart = matrix * inner * columns;
  float leftScale = isLeftScaled ? halfScale(largestLeft) : 1, rightScale = isRightScaled ? halfScale(largestRight) : 1;
  const uint partsInRow = tileColumns / partColumns;
  uint firstPartRow = gl_SubgroupID / partsInRow * partRows, firstPartColumn = gl_SubgroupID % partsInRow * partColumns;
  coopmat<float, gl_ScopeSubgroup, matrixRows, matrixColumns, gl_MatrixUseAccumulator> sums[matricesDown * matricesAcross];
  [[unroll]] for (uint index = 0; index < matricesDown * matricesAcross; index++) {
    sums[index] = coopmat<float, gl_ScopeSubgroup, matrixRows, matrixColumns, gl_MatrixUseAccumulator>(0);
  }
  for (uint start = 0; start < inner; start += depth) {
    // Neighbouring threads read neighbours in memory.
    for (uint index = own; index < tileRows * depth; index += threads) {
      uint row = leftInnerStride == 1 ? index / depth : index % tileRows;
      uint term = leftInnerStride == 1 ? index % depth : index / tileRows;
      uint k = start + term, r = firstRow + row;
      float value = k < inner && r < rows ? left[leftStart + r * leftRowStride + k * leftInnerStride] : 0;
      leftTile[row * leftPitch + term] = narrowed(value, leftScale);
    }
    for (uint index = own; index < tileColumns * depth; index += threads) {
      uint term = rightColumnStride == 1 ? index / tileColumns : index % depth;
      uint column = rightColumnStride == 1 ? index % tileColumns : index / depth;
      uint k = start + term, c = firstColumn + column;
      float value = k < inner && c < columns ? right[rightStart + k * rightInnerStride + c * rightColumnStride] : 0;
      rightTile[term * rightPitch + column] = narrowed(value, rightScale);
    }
    barrier();
    [[unroll]] for (uint k = 0; k < depth; k += matrixInner) {
      coopmat<float16_t, gl_ScopeSubgroup, matrixRows, matrixInner, gl_MatrixUseA> leftMatrices[matricesDown];
      [[unroll]] for (uint i = 0; i < matricesDown; i++) {
        uint place = (firstPartRow + i * matrixRows) * leftPitch + k;
        coopMatLoad(leftMatrices[i], leftTile, place, leftPitch, gl_CooperativeMatrixLayoutRowMajor);
      }
      [[unroll]] for (uint j = 0; j < matricesAcross; j++) {
        coopmat<float16_t, gl_ScopeSubgroup, matrixInner, matrixColumns, gl_MatrixUseB> rightMatrix;
        uint place = k * rightPitch + firstPartColumn + j * matrixColumns;
        coopMatLoad(rightMatrix, rightTile, place, rightPitch, gl_CooperativeMatrixLayoutRowMajor);
        [[unroll]] for (uint i = 0; i < matricesDown; i++) {
          sums[i * matricesAcross + j] = coopMatMulAdd(leftMatrices[i], rightMatrix, sums[i * matricesAcross + j]);
        }
      }
    }
    barrier();
  }

  uint ownResults = gl_SubgroupID * matrixSize;
  [[unroll]] for (uint i = 0; i < matricesDown; i++) {
    [[unroll]] for (uint j = 0; j < matricesAcross; j++) {
      coopMatStore(
        sums[i * matricesAcross + j], results, ownResults, matrixColumns, gl_CooperativeMatrixLayoutRowMajor);
      subgroupBarrier();
      for (uint index = gl_SubgroupInvocationID; index < matrixSize; index += subgroupThreads) {
        uint row = firstRow + firstPartRow + i * matrixRows + index / matrixColumns;
        uint column = firstColumn + firstPartColumn + j * matrixColumns + index % matrixColumns;
        if (row < rows && column < columns) {
          target[(matrix * rows + row) * columns + column] = results[ownResults + index] * (1 / leftScale) * (1 / rightScale);
        }
      }
      subgroupBarrier();
    }
  }
}
