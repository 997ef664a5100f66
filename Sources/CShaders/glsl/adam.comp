#version 450
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_buffer_reference_uvec2 : require
#include "common.glsl"

// A step of Adam (Kingma and Ba 2015) with decoupled weight decay over many parameters, four values at a time. A workgroup
// takes 1024 values of one parameter.
layout(local_size_x = 256) in;

layout(buffer_reference, std430, buffer_reference_align = 16) buffer Values { vec4 fours[]; };

struct Update {
  // Where the values lie in the device's memory.
  uvec2 parameter, firstMoment, secondMoment, gradient;
  // The parameter's first workgroup, and its values.
  uint firstGroup, count;
  float beta1, rest1, beta2, rest2, kept, stepSize, secondScale, epsilon;
};

layout(std430, binding = 0) readonly buffer Updates { Update updates[]; };
layout(push_constant) uniform Parameters { uint groups, updateCount; };

void main() {
  uint group = groupIndex();
  if (group >= groups) return;
  // The last update that begins at this group or before.
  uint low = 0, high = updateCount;
  while (high - low > 1) {
    uint middle = (low + high) / 2;
    if (updates[middle].firstGroup <= group) low = middle; else high = middle;
  }
  Update u = updates[low];
  uint index = (group - u.firstGroup) * 256 + gl_LocalInvocationIndex;
  if (4 * index >= u.count) return;
  Values parameter = Values(u.parameter), firstMoment = Values(u.firstMoment), secondMoment = Values(u.secondMoment);
  vec4 gradient = Values(u.gradient).fours[index];
  vec4 first = u.rest1 * gradient + u.beta1 * firstMoment.fours[index];
  vec4 second = u.rest2 * gradient * gradient + u.beta2 * secondMoment.fours[index];
  firstMoment.fours[index] = first;
  secondMoment.fours[index] = second;
  parameter.fours[index] = u.kept * parameter.fours[index] - u.stepSize * first / (sqrt(second) / u.secondScale + u.epsilon);
}
