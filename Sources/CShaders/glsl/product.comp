#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A convolution as a product of matrices: [pixels, taps x channels] of image patches, which are read in place, times
// packed weights. All reads stay within the padded image, so that the loop checks nothing.
//
// A workgroup computes `tilePixels` x `tileColumns` outputs; a thread `threadPixels` x `threadQuads` x 4 of them, whose
// fours lie apart, so that neighbouring threads read neighbouring shared memory.
layout(local_size_x_id = 0) in;

layout(constant_id = 0) const uint threads = 64;
layout(constant_id = 1) const uint tilePixels = 32;
layout(constant_id = 2) const uint tileColumns = 32;
layout(constant_id = 3) const uint threadPixels = 4;
layout(constant_id = 4) const uint threadQuads = 1;

layout(binding = 0) writeonly buffer Target { float target[]; };
// The padded image, with channels in fours.
layout(binding = 1) readonly buffer Image { vec4 image[]; };
// [steps x 16, columns], in fours along the columns.
layout(binding = 2) readonly buffer Weights { vec4 weights[]; };
// For every four rows of the weights, the distance in the image, in fours, from a patch's first pixel.
layout(binding = 3) readonly buffer Offsets { uint offsets[]; };
layout(binding = 4) readonly buffer Bias { float bias[]; };
layout(push_constant) uniform Parameters {
  uint pixels, gridHeight, gridWidth;  // output pixels to compute, on a grid in each image
  uint columns, columnQuads;           // output channels, and the weights' width in fours
  uint steps;                          // of 16 rows of the weights
  uint imageStride, rowStride, pixelStride;  // between the grid's neighbours in the padded image, in fours
  uint outputHeight, outputWidth;
  uint firstRow, rowStep, firstColumn, columnStep;  // the grid's place in the output
  uint hasBias;
};

shared vec4 patches[4 * tilePixels];
shared vec4 panel[4 * tileColumns];
shared uint starts[tilePixels];

uvec3 gridPosition(uint pixel) {
  uint line = pixel / gridWidth;
  return uvec3(line / gridHeight, line % gridHeight, pixel % gridWidth);
}

void main() {
  const uint tileQuads = tileColumns / 4, quadStep = tileQuads / threadQuads;
  uint own = gl_LocalInvocationIndex;
  uint firstPixel = groupIndex() * tilePixels, firstQuad = gl_WorkGroupID.z * tileQuads;
  if (firstPixel >= pixels) return;
  // Pixels past the end repeat the last one and are not written.
  for (uint index = own; index < tilePixels; index += threads) {
    uvec3 position = gridPosition(min(firstPixel + index, pixels - 1));
    starts[index] = position.x * imageStride + position.y * rowStride + position.z * pixelStride;
  }
  uint firstOwnQuad = own % quadStep, firstOwn = own / quadStep * threadPixels;
  vec4 sums[threadPixels * threadQuads];
  for (uint index = 0; index < threadPixels * threadQuads; index++) sums[index] = vec4(0);
  barrier();

  for (uint number = 0; number < steps; number++) {
    for (uint index = own; index < 4 * tilePixels; index += threads) {
      patches[index] = image[starts[index % tilePixels] + offsets[4 * number + index / tilePixels]];
    }
    for (uint index = own; index < 16 * tileQuads; index += threads) {
      uint column = min(firstQuad + index % tileQuads, columnQuads - 1);
      panel[index] = weights[(16 * number + index / tileQuads) * columnQuads + column];
    }
    barrier();
    [[unroll]] for (uint four = 0; four < 4; four++) {
      vec4 taken[threadPixels];
      [[unroll]] for (uint index = 0; index < threadPixels; index++) {
        taken[index] = patches[four * tilePixels + firstOwn + index];
      }
      [[unroll]] for (uint part = 0; part < threadQuads; part++) {
        uint quad = 4 * four * tileQuads + firstOwnQuad + part * quadStep;
        vec4 first = panel[quad], second = panel[quad + tileQuads];
        vec4 third = panel[quad + 2 * tileQuads], fourth = panel[quad + 3 * tileQuads];
        [[unroll]] for (uint index = 0; index < threadPixels; index++) {
          sums[part * threadPixels + index] +=
            taken[index].x * first + taken[index].y * second + taken[index].z * third + taken[index].w * fourth;
        }
      }
    }
    barrier();
  }

  for (uint index = 0; index < threadPixels; index++) {
    uint pixel = firstPixel + firstOwn + index;
    if (pixel >= pixels) break;
    uvec3 position = gridPosition(pixel);
    uint row = firstRow + position.y * rowStep, x = firstColumn + position.z * columnStep;
    uint place = ((position.x * outputHeight + row) * outputWidth + x) * columns;
    for (uint part = 0; part < threadQuads; part++) {
      uint column = 4 * (firstQuad + firstOwnQuad + part * quadStep);
      for (uint c = 0; c < 4 && column + c < columns; c++) {
        target[place + column + c] = sums[part * threadPixels + index][c] + (hasBias != 0 ? bias[column + c] : 0);
      }
    }
  }
}
