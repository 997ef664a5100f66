#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#include "common.glsl"
#include "halves.glsl"

// The gradient of a convolution's weights as weightGradient.comp computes it, of float16 numbers with float32 sums, by the
// device's own products of small matrices. Image and output gradient are in eights.
//
// A workgroup computes `tileRows` x `tileColumns` of one slice, and each of its subgroups `partRows` x `partColumns` of them.
// While a step's values are multiplied in shared memory, the next step's are already on their way to registers.
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
// Pixels in a step.
layout(constant_id = 9) const uint depth = 32;
// Whether the image, or what is taken for the output gradient, was scaled.
layout(constant_id = 10) const bool isImageScaled = false;
layout(constant_id = 11) const bool isGradientScaled = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
// The padded image.
layout(binding = 1) readonly buffer Image { uvec4 image[]; };
layout(binding = 2) readonly buffer Gradients { uvec4 gradients[]; };
// For every eight rows, the distance in the image, in eights, from a patch's first pixel.
layout(binding = 3) readonly buffer Offsets { uint offsets[]; };
// The largest magnitudes before scaling.
layout(binding = 4) readonly buffer LargestInImage { float largestInImage; };
layout(binding = 5) readonly buffer LargestGradient { float largestGradient; };
layout(push_constant) uniform Parameters {
  uint pixels, gridHeight, gridWidth;
  uint rowEights, columnEights;
  uint slicePixels;
  uint imageStride, rowStride, pixelStride;  // between the grid's neighbours in the padded image, in eights
};

const uint tileRowEights = tileRows / 8, tileColumnEights = tileColumns / 8;
// An eight more than there is in a row, so that neighbouring rows lie in different banks of shared memory.
const uint patchPitch = tileRowEights + 1, panelPitch = tileColumnEights + 1;
const uint patchLoads = (depth * tileRowEights + threads - 1) / threads;
const uint panelLoads = (depth * tileColumnEights + threads - 1) / threads;
const uint matricesDown = partRows / matrixRows, matricesAcross = partColumns / matrixColumns;
const uint matrixSize = matrixRows * matrixColumns;

// A row for each pixel.
shared uvec4 patches[depth * patchPitch];
shared uvec4 panel[depth * panelPitch];
// Where the patches of two steps begin.
shared uint starts[2 * depth];
// A matrix for each subgroup, on its way to the target.
shared float results[threads / subgroupThreads * matrixSize];

// A step's values on their way to shared memory.
uvec4 nextPatches[patchLoads];
uvec4 nextPanel[panelLoads];

void findStarts(uint number, uint first, uint end) {
  for (uint index = gl_LocalInvocationIndex; index < depth; index += threads) {
    uint pixel = min(first + number * depth + index, end - 1), line = pixel / gridWidth;
    starts[number % 2 * depth + index] =
      line / gridHeight * imageStride + line % gridHeight * rowStride + pixel % gridWidth * pixelStride;
  }
}

void fetch(uint number, uint first, uint end) {
  uint own = gl_LocalInvocationIndex;
  uint firstRow = gl_WorkGroupID.x * tileRowEights, firstColumn = gl_WorkGroupID.y * tileColumnEights;
  [[unroll]] for (uint load = 0; load < patchLoads; load++) {
    uint index = min(own + load * threads, depth * tileRowEights - 1);
    // Rows and columns past the end repeat the last ones and are not written.
    uint row = min(firstRow + index % tileRowEights, rowEights - 1);
    nextPatches[load] = image[starts[number % 2 * depth + index / tileRowEights] + offsets[row]];
  }
  [[unroll]] for (uint load = 0; load < panelLoads; load++) {
    uint index = min(own + load * threads, depth * tileColumnEights - 1);
    uint column = min(firstColumn + index % tileColumnEights, columnEights - 1);
    uint pixel = first + number * depth + index / tileColumnEights;
    nextPanel[load] = pixel < end ? gradients[pixel * columnEights + column] : uvec4(0);
  }
}

void keepFetched() {
  uint own = gl_LocalInvocationIndex;
  [[unroll]] for (uint load = 0; load < patchLoads; load++) {
    uint index = own + load * threads;
    if (index < depth * tileRowEights) {
      patches[index / tileRowEights * patchPitch + index % tileRowEights] = nextPatches[load];
    }
  }
  [[unroll]] for (uint load = 0; load < panelLoads; load++) {
    uint index = own + load * threads;
    if (index < depth * tileColumnEights) {
      panel[index / tileColumnEights * panelPitch + index % tileColumnEights] = nextPanel[load];
    }
  }
}

void main() {
  uint slice = gl_WorkGroupID.z, first = slice * slicePixels, end = min(first + slicePixels, pixels);
  uint steps = end > first ? (end - first + depth - 1) / depth : 0;
  const uint partsInRow = tileColumns / partColumns;
  uint firstPartRow = gl_SubgroupID / partsInRow * partRows, firstPartColumn = gl_SubgroupID % partsInRow * partColumns;
  coopmat<float, gl_ScopeSubgroup, matrixRows, matrixColumns, gl_MatrixUseAccumulator> sums[matricesDown * matricesAcross];
  [[unroll]] for (uint index = 0; index < matricesDown * matricesAcross; index++) {
    sums[index] = coopmat<float, gl_ScopeSubgroup, matrixRows, matrixColumns, gl_MatrixUseAccumulator>(0);
  }
  if (steps > 0) {
    findStarts(0, first, end);
    findStarts(1, first, end);
    barrier();
    fetch(0, first, end);
  }
  for (uint number = 0; number < steps; number++) {
    keepFetched();
    barrier();
    if (number + 1 < steps) fetch(number + 1, first, end);
    // In place of this step's, which have all been used.
    findStarts(number + 2, first, end);
    [[unroll]] for (uint inner = 0; inner < depth; inner += matrixInner) {
      coopmat<float16_t, gl_ScopeSubgroup, matrixRows, matrixInner, gl_MatrixUseA> left[matricesDown];
      [[unroll]] for (uint i = 0; i < matricesDown; i++) {
        // Transposed: a column of the matrix is a pixel.
        uint place = inner * patchPitch + (firstPartRow + i * matrixRows) / 8;
        coopMatLoad(left[i], patches, place, patchPitch, gl_CooperativeMatrixLayoutColumnMajor);
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

  float imageUnscaling = isImageScaled ? 1 / halfScale(largestInImage) : 1;
  float gradientUnscaling = isGradientScaled ? 1 / halfScale(largestGradient) : 1;
  uint ownResults = gl_SubgroupID * matrixSize, rows = 8 * rowEights, columns = 8 * columnEights;
  [[unroll]] for (uint i = 0; i < matricesDown; i++) {
    [[unroll]] for (uint j = 0; j < matricesAcross; j++) {
      coopMatStore(
        sums[i * matricesAcross + j], results, ownResults, matrixColumns, gl_CooperativeMatrixLayoutRowMajor);
      subgroupBarrier();
      for (uint index = gl_SubgroupInvocationID; index < matrixSize; index += subgroupThreads) {
        uint row = gl_WorkGroupID.x * tileRows + firstPartRow + i * matrixRows + index / matrixColumns;
        uint column = gl_WorkGroupID.y * tileColumns + firstPartColumn + j * matrixColumns + index % matrixColumns;
        if (row < rows && column < columns) {
          target[(slice * rows + row) * columns + column] = results[ownResults + index] * imageUnscaling * gradientUnscaling;
        }
      }
      subgroupBarrier();
    }
  }
}
