#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// The softmax of each row of [rows, channels], or its logarithm; a workgroup for a row.
layout(local_size_x = 64) in;

layout(constant_id = 0) const bool isLogarithmic = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
layout(push_constant) uniform Parameters { uint rows, channels; };

shared float found[64];

float joined(float own, bool takesMaximum) {
  found[gl_LocalInvocationIndex] = own;
  for (uint reach = 32; reach > 0; reach /= 2) {
    barrier();
    if (gl_LocalInvocationIndex < reach) {
      float x = found[gl_LocalInvocationIndex], y = found[gl_LocalInvocationIndex + reach];
      found[gl_LocalInvocationIndex] = takesMaximum ? max(x, y) : x + y;
    }
  }
  barrier();
  float result = found[0];
  barrier();
  return result;
}

void main() {
  uint row = groupIndex();
  if (row >= rows) return;
  uint start = row * channels;
  float largest = values[start];
  for (uint c = gl_LocalInvocationIndex; c < channels; c += 64) largest = max(largest, values[start + c]);
  largest = joined(largest, true);
  float sum = 0;
  for (uint c = gl_LocalInvocationIndex; c < channels; c += 64) sum += exp(values[start + c] - largest);
  sum = joined(sum, false);
  float logarithm = log(sum);
  for (uint c = gl_LocalInvocationIndex; c < channels; c += 64) {
    float x = values[start + c] - largest;
    target[start + c] = isLogarithmic ? x - logarithm : exp(x) / sum;
  }
}
