#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Each row of [rows, channels] with mean 0 and variance 1, times a scale plus a shift; a workgroup for a row.
layout(local_size_x = 64) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
layout(binding = 2) readonly buffer Scale { float scale[]; };
layout(binding = 3) readonly buffer Shift { float shift[]; };
layout(push_constant) uniform Parameters {
  uint rows, channels;
  float epsilon;
};

shared float found[64];

float summed(float own) {
  found[gl_LocalInvocationIndex] = own;
  for (uint reach = 32; reach > 0; reach /= 2) {
    barrier();
    if (gl_LocalInvocationIndex < reach) found[gl_LocalInvocationIndex] += found[gl_LocalInvocationIndex + reach];
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
  float sum = 0;
  for (uint c = gl_LocalInvocationIndex; c < channels; c += 64) sum += values[start + c];
  float mean = summed(sum) / channels, squares = 0;
  for (uint c = gl_LocalInvocationIndex; c < channels; c += 64) {
    float x = values[start + c] - mean;
    squares += x * x;
  }
  float factor = inversesqrt(summed(squares) / channels + epsilon);
  for (uint c = gl_LocalInvocationIndex; c < channels; c += 64) {
    target[start + c] = (values[start + c] - mean) * factor * scale[c] + shift[c];
  }
}
