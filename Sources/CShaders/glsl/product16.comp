#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#include "common.glsl"
#include "halves.glsl"

// A convolution as product.comp computes it, of float16 numbers with float32 sums, by the device's own products of small
// matrices. Image and weights are in eights.
//
// A workgroup computes `tilePixels` x `tileColumns` outputs, and each of its subgroups `partPixels` x `partColumns` of them.
// While a step's values are multiplied in shared memory, the next step's are already on their way to registers.
layout(local_size_x_id = 0) in;

layout(constant_id = 0) const uint threads = 32;
// The sizes of the device's matrices.
layout(constant_id = 1) const uint matrixRows = 8;
layout(constant_id = 2) const uint matrixColumns = 8;
layout(constant_id = 3) const uint matrixInner = 8;
layout(constant_id = 4) const uint subgroupThreads = 8;
layout(constant_id = 5) const uint tilePixels = 64;
layout(constant_id = 6) const uint tileColumns = 64;
layout(constant_id = 7) const uint partPixels = 32;
layout(constant_id = 8) const uint partColumns = 32;
// Rows of the weights in a step.
layout(constant_id = 9) const uint depth = 32;
// Whether the outputs are float16 numbers, too, of channels in eights, and whether those out of range become the largest.
layout(constant_id = 10) const bool writesHalves = false;
layout(constant_id = 11) const bool saturates = false;
// Whether the image was scaled, as a gradient is.
layout(constant_id = 12) const bool isScaled = false;
// Whether the outputs' moments are written, too: those of each subgroup's part, which lies in one image.
layout(constant_id = 13) const bool gathersMoments = false;

// Floats, or pairs of halves.
layout(binding = 0) writeonly buffer Target { uint target[]; };
// The padded image, with channels in eights.
layout(binding = 1) readonly buffer Image { uvec4 image[]; };
// [steps x depth, columns], in eights along the columns.
layout(binding = 2) readonly buffer Weights { uvec4 weights[]; };
// For every eight rows of the weights, the distance in the image, in eights, from a patch's first pixel.
layout(binding = 3) readonly buffer Offsets { uint offsets[]; };
layout(binding = 4) readonly buffer Bias { float bias[]; };
// The largest magnitude of the image's values before they were scaled.
layout(binding = 5) readonly buffer Largest { float largest; };
layout(binding = 6) writeonly buffer Moments { float moments[]; };
layout(push_constant) uniform Parameters {
  uint pixels, gridHeight, gridWidth;  // output pixels to compute, on a grid in each image
  uint columns, columnEights;          // output channels, and the weights' width in eights
  uint steps;
  uint imageStride, rowStride, pixelStride;  // between the grid's neighbours in the padded image, in eights
  uint outputHeight, outputWidth;
  uint firstRow, rowStep, firstColumn, columnStep;  // the grid's place in the output
  uint hasBias;
  uint gridParts, imageParts, firstPart;  // parts of a grid, of all grids of an image, and of the grids before this one
};

const uint depthEights = depth / 8, tileEights = tileColumns / 8;
// An eight more than there is in a row, so that neighbouring rows lie in different banks of shared memory.
const uint patchPitch = depthEights + 1, panelPitch = tileEights + 1;
const uint patchLoads = (tilePixels * depthEights + threads - 1) / threads;
const uint panelLoads = (depth * tileEights + threads - 1) / threads;
const uint matricesDown = partPixels / matrixRows, matricesAcross = partColumns / matrixColumns;
const uint matrixSize = matrixRows * matrixColumns;

shared uvec4 patches[tilePixels * patchPitch];
shared uvec4 panel[depth * panelPitch];
shared uint starts[tilePixels];
// A matrix for each subgroup, on its way to the target.
shared float results[threads / subgroupThreads * matrixSize];

// A step's values on their way to shared memory.
uvec4 nextPatches[patchLoads];
uvec4 nextPanel[panelLoads];

void fetch(uint number, uint firstEight) {
  uint own = gl_LocalInvocationIndex;
  [[unroll]] for (uint load = 0; load < patchLoads; load++) {
    uint index = min(own + load * threads, tilePixels * depthEights - 1);
    nextPatches[load] = image[starts[index / depthEights] + offsets[number * depthEights + index % depthEights]];
  }
  [[unroll]] for (uint load = 0; load < panelLoads; load++) {
    uint index = min(own + load * threads, depth * tileEights - 1);
    // Columns past the end repeat the last ones and are not written.
    uint eight = min(firstEight + index % tileEights, columnEights - 1);
    nextPanel[load] = weights[(number * depth + index / tileEights) * columnEights + eight];
  }
}

void keepFetched() {
  uint own = gl_LocalInvocationIndex;
  [[unroll]] for (uint load = 0; load < patchLoads; load++) {
    uint index = own + load * threads;
    if (index < tilePixels * depthEights) {
      patches[index / depthEights * patchPitch + index % depthEights] = nextPatches[load];
    }
  }
  [[unroll]] for (uint load = 0; load < panelLoads; load++) {
    uint index = own + load * threads;
    if (index < depth * tileEights) panel[index / tileEights * panelPitch + index % tileEights] = nextPanel[load];
  }
}

uvec3 gridPosition(uint pixel) {
  uint line = pixel / gridWidth;
  return uvec3(line / gridHeight, line % gridHeight, pixel % gridWidth);
}

void main() {
  uint own = gl_LocalInvocationIndex;
  uint firstPixel = groupIndex() * tilePixels, firstTileColumn = gl_WorkGroupID.z * tileColumns;
  if (firstPixel >= pixels) return;
  // Pixels past the end repeat the last one and are not written.
  for (uint index = own; index < tilePixels; index += threads) {
    uvec3 position = gridPosition(min(firstPixel + index, pixels - 1));
    starts[index] = position.x * imageStride + position.y * rowStride + position.z * pixelStride;
  }
  const uint partsInRow = tileColumns / partColumns;
  uint firstPartPixel = gl_SubgroupID / partsInRow * partPixels;
  uint firstPartColumn = gl_SubgroupID % partsInRow * partColumns;
  coopmat<float, gl_ScopeSubgroup, matrixRows, matrixColumns, gl_MatrixUseAccumulator> sums[matricesDown * matricesAcross];
  [[unroll]] for (uint index = 0; index < matricesDown * matricesAcross; index++) {
    sums[index] = coopmat<float, gl_ScopeSubgroup, matrixRows, matrixColumns, gl_MatrixUseAccumulator>(0);
  }
  barrier();

  if (steps > 0) fetch(0, firstTileColumn / 8);
  for (uint number = 0; number < steps; number++) {
    keepFetched();
    barrier();
    if (number + 1 < steps) fetch(number + 1, firstTileColumn / 8);
    [[unroll]] for (uint inner = 0; inner < depth; inner += matrixInner) {
      coopmat<float16_t, gl_ScopeSubgroup, matrixRows, matrixInner, gl_MatrixUseA> left[matricesDown];
      [[unroll]] for (uint i = 0; i < matricesDown; i++) {
        uint place = (firstPartPixel + i * matrixRows) * patchPitch + inner / 8;
        coopMatLoad(left[i], patches, place, patchPitch, gl_CooperativeMatrixLayoutRowMajor);
      }
      [[unroll]] for (uint j = 0; j < matricesAcross; j++) {
        coopmat<float16_t, gl_ScopeSubgroup, matrixInner, matrixColumns, gl_MatrixUseB> right;
        uint place = inner * panelPitch + (firstPartColumn + j * matrixColumns) / 8;
        coopMatLoad(right, panel, place, panelPitch, gl_CooperativeMatrixLayoutRowMajor);
        [[unroll]] for (uint i = 0; i < matricesDown; i++) {
          sums[i * matricesAcross + j] = coopMatMulAdd(left[i], right, sums[i * matricesAcross + j]);
        }
      }
    }
    barrier();
  }

  // From here on, the pixels' places in the target.
  for (uint index = own; index < tilePixels; index += threads) {
    uvec3 position = gridPosition(min(firstPixel + index, pixels - 1));
    uint row = firstRow + position.y * rowStep, x = firstColumn + position.z * columnStep;
    starts[index] = ((position.x * outputHeight + row) * outputWidth + x) * columns;
  }
  barrier();
  float unscaling = isScaled ? 1 / halfScale(largest) : 1;
  uint lane = gl_SubgroupInvocationID, ownResults = gl_SubgroupID * matrixSize;
  uint partFirst = firstPixel + firstPartPixel, partEnd = min(partFirst + partPixels, pixels);
  // A thread takes pairs of columns, always the same ones, so that it can sum them.
  const uint pairs = matrixColumns / 2;
  uint ownPair = lane % pairs;
  [[unroll]] for (uint j = 0; j < matricesAcross; j++) {
    uint column = firstTileColumn + firstPartColumn + j * matrixColumns + 2 * ownPair;
    vec2 addend = vec2(0);
    if (hasBias != 0) addend = vec2(bias[min(column, columns - 1)], bias[min(column + 1, columns - 1)]);
    vec2 pivot = vec2(0), sum = vec2(0), square = vec2(0);
    [[unroll]] for (uint i = 0; i < matricesDown; i++) {
      coopMatStore(
        sums[i * matricesAcross + j], results, ownResults, matrixColumns, gl_CooperativeMatrixLayoutRowMajor);
      subgroupBarrier();
      if (gathersMoments && i == 0) {
        uint rows = min(matrixRows, max(partEnd, partFirst) - partFirst);
        for (uint row = 0; row < rows; row++) {
          uint place = ownResults + row * matrixColumns + 2 * ownPair;
          pivot += vec2(results[place], results[place + 1]);
        }
        pivot = pivot * unscaling / float(max(rows, 1)) + addend;
      }
      for (uint row = lane / pairs; row < matrixRows; row += subgroupThreads / pairs) {
        uint inTile = firstPartPixel + i * matrixRows + row, place = ownResults + row * matrixColumns + 2 * ownPair;
        if (firstPixel + inTile >= pixels) break;
        vec2 value = vec2(results[place], results[place + 1]) * unscaling + addend;
        sum += value - pivot;
        square += (value - pivot) * (value - pivot);
        uint start = starts[inTile] + column;
        if (writesHalves) {
          if (column < columns) target[start / 2] = packFloat2x16(halves(value.x, value.y, saturates));
        } else {
          if (column < columns) target[start] = floatBitsToUint(value.x);
          if (column + 1 < columns) target[start + 1] = floatBitsToUint(value.y);
        }
      }
      subgroupBarrier();
    }
    if (!gathersMoments) continue;
    // The threads' sums are joined through shared memory, first those of values, then those of squares.
    uint gridPart = partFirst / partPixels;
    uint start = (gridPart / gridParts * imageParts + firstPart + gridPart % gridParts) * (3 * columns + 1);
    [[unroll]] for (uint which = 0; which < 2; which++) {
      vec2 values = which == 0 ? sum : square;
      results[ownResults + 2 * lane] = values.x;
      results[ownResults + 2 * lane + 1] = values.y;
      subgroupBarrier();
      if (lane < pairs && partFirst < pixels) {
        vec2 joined = vec2(0);
        for (uint other = lane; other < subgroupThreads; other += pairs) {
          joined += vec2(results[ownResults + 2 * other], results[ownResults + 2 * other + 1]);
        }
        uint place = start + (1 + which) * columns + column;
        if (column < columns) moments[place] = joined.x;
        if (column + 1 < columns) moments[place + 1] = joined.y;
      }
      subgroupBarrier();
    }
    if (lane < pairs && partFirst < pixels) {
      if (column < columns) moments[start + column] = pivot.x;
      if (column + 1 < columns) moments[start + column + 1] = pivot.y;
      if (column == 0) moments[start + 3 * columns] = float(partEnd - partFirst);
    }
  }
}
