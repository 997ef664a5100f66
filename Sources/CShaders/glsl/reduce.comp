#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Reduces bands of the middle axis of [outer, count, inner] to one value each: [outer, bands, inner]. A workgroup reduces
// one band for `width` columns; its threads sum every so many rows and join their results as a tree, so that rounding
// errors stay small and always the same.
layout(local_size_x = 256) in;

// 0: sum, 1: sum of squares, 2: maximum, 3: maximum of magnitudes.
layout(constant_id = 0) const uint function = 0;
// Columns of a workgroup, a power of two up to 256.
layout(constant_id = 1) const uint width = 1;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
layout(push_constant) uniform Parameters { uint outer, count, inner, bands, bandRows, columnGroups; };

shared float found[256];

float joined(float x, float y) { return function >= 2 ? (y > x ? y : x) : x + y; }

void main() {
  uint group = groupIndex();
  uint columnGroup = group % columnGroups, band = group / columnGroups % bands, image = group / (columnGroups * bands);
  if (image >= outer) return;
  uint lanes = 256 / width;
  uint column = columnGroup * width + gl_LocalInvocationIndex % width, lane = gl_LocalInvocationIndex / width;
  uint first = band * bandRows, end = min(first + bandRows, count);
  // Lanes without a row begin with the first row's value where it does not change a maximum, and with zero in sums.
  float result = function == 2 ? values[(image * count + first) * inner + min(column, inner - 1)] : 0;
  if (column < inner) {
    for (uint row = first + lane; row < end; row += lanes) {
      float x = values[(image * count + row) * inner + column];
      result = joined(result, function == 1 ? x * x : function == 3 ? abs(x) : x);
    }
  }
  found[gl_LocalInvocationIndex] = result;
  for (uint reach = 128; reach >= width; reach /= 2) {
    barrier();
    if (gl_LocalInvocationIndex < reach) {
      found[gl_LocalInvocationIndex] = joined(found[gl_LocalInvocationIndex], found[gl_LocalInvocationIndex + reach]);
    }
  }
  if (lane == 0 && column < inner) target[(image * bands + band) * inner + column] = found[gl_LocalInvocationIndex];
}
