#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// The gradient of a convolution's weights as a product of matrices: image patches, transposed, times the output gradient.
// Slices of the pixels are summed on their own: [slices, rows, columns], with a row for each tap and padded channel.
//
// A workgroup computes `tileRowQuads` x 4 rows and `tileColumnQuads` x 4 columns of one slice; a thread 8 x 8 of them, whose
// columns lie apart, so that neighbouring threads read neighbouring shared memory.
layout(local_size_x_id = 0) in;

layout(constant_id = 0) const uint threads = 64;
layout(constant_id = 1) const uint tileRowQuads = 16;
layout(constant_id = 2) const uint tileColumnQuads = 16;

layout(binding = 0) writeonly buffer Target { vec4 target[]; };
// The padded image, with channels in fours.
layout(binding = 1) readonly buffer Image { vec4 image[]; };
// The output gradient, with channels in fours.
layout(binding = 2) readonly buffer Gradients { vec4 gradients[]; };
// For every four rows, the distance in the image, in fours, from a patch's first pixel.
layout(binding = 3) readonly buffer Offsets { uint offsets[]; };
layout(push_constant) uniform Parameters {
  uint pixels, gridHeight, gridWidth;
  uint rowQuads, columnQuads;
  uint slicePixels;
  uint imageStride, rowStride, pixelStride;
};

const uint depth = 16;
shared vec4 patches[depth * tileRowQuads];
shared vec4 panel[depth * tileColumnQuads];
shared uint starts[depth];

void main() {
  uint own = gl_LocalInvocationIndex;
  uint firstRow = gl_WorkGroupID.x * tileRowQuads, firstColumn = gl_WorkGroupID.y * tileColumnQuads;
  uint slice = gl_WorkGroupID.z, first = slice * slicePixels, end = min(first + slicePixels, pixels);
  const uint pairs = tileColumnQuads / 2;
  uint ownRow = own / pairs * 2, ownColumn = own % pairs;
  vec4 sums[2][2][4];
  [[unroll]] for (uint i = 0; i < 2; i++) [[unroll]] for (uint j = 0; j < 2; j++) {
    [[unroll]] for (uint k = 0; k < 4; k++) sums[i][j][k] = vec4(0);
  }
  for (uint start = first; start < end; start += depth) {
    for (uint index = own; index < depth; index += threads) {
      uint pixel = min(start + index, end - 1), line = pixel / gridWidth;
      starts[index] = line / gridHeight * imageStride + line % gridHeight * rowStride + pixel % gridWidth * pixelStride;
    }
    barrier();
    for (uint index = own; index < depth * tileRowQuads; index += threads) {
      uint row = min(firstRow + index % tileRowQuads, rowQuads - 1);
      patches[index] = image[starts[index / tileRowQuads] + offsets[row]];
    }
    for (uint index = own; index < depth * tileColumnQuads; index += threads) {
      uint column = min(firstColumn + index % tileColumnQuads, columnQuads - 1), pixel = start + index / tileColumnQuads;
      panel[index] = pixel < end ? gradients[pixel * columnQuads + column] : vec4(0);
    }
    barrier();
    for (uint p = 0; p < depth; p++) {
      [[unroll]] for (uint i = 0; i < 2; i++) {
        vec4 rows = patches[p * tileRowQuads + ownRow + i];
        [[unroll]] for (uint j = 0; j < 2; j++) {
          vec4 columns = panel[p * tileColumnQuads + ownColumn + j * pairs];
          [[unroll]] for (uint k = 0; k < 4; k++) sums[i][j][k] += rows[k] * columns;
        }
      }
    }
    barrier();
  }
  [[unroll]] for (uint i = 0; i < 2; i++) [[unroll]] for (uint j = 0; j < 2; j++) {
    uint row = firstRow + ownRow + i, column = firstColumn + ownColumn + j * pairs;
    if (row < rowQuads && column < columnQuads) {
      [[unroll]] for (uint k = 0; k < 4; k++) {
        target[((slice * rowQuads + row) * 4 + k) * columnQuads + column] = sums[i][j][k];
      }
    }
  }
}
