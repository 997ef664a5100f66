#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A step of Adam (Kingma and Ba 2015) with decoupled weight decay, four values at a time.
layout(local_size_x = 256) in;

layout(binding = 0) buffer Parameter { vec4 parameter[]; };
layout(binding = 1) buffer First { vec4 firstMoment[]; };
layout(binding = 2) buffer Second { vec4 secondMoment[]; };
layout(binding = 3) readonly buffer Gradient { vec4 gradients[]; };
layout(push_constant) uniform Parameters {
  uint count;
  float beta1, rest1, beta2, rest2, kept, stepSize, secondScale, epsilon;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (4 * index >= count) return;
  vec4 gradient = gradients[index];
  vec4 first = rest1 * gradient + beta1 * firstMoment[index];
  vec4 second = rest2 * gradient * gradient + beta2 * secondMoment[index];
  firstMoment[index] = first;
  secondMoment[index] = second;
  parameter[index] = kept * parameter[index] - stepSize * first / (sqrt(second) / secondScale + epsilon);
}
