#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Adds values to others in place, four at a time.
layout(local_size_x = 256) in;

layout(binding = 0) buffer Target { vec4 target[]; };
layout(binding = 1) readonly buffer Values { vec4 values[]; };
layout(push_constant) uniform Parameters { uint count; };

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (4 * index < count) target[index] += values[index];
}
