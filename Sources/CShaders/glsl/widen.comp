#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Float16 numbers as float32 numbers; an invocation takes two.
layout(local_size_x = 256) in;

layout(binding = 0) writeonly buffer Target { vec2 target[]; };
layout(binding = 1) readonly buffer Values { uint values[]; };
layout(push_constant) uniform Parameters { uint pairs; };

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index < pairs) target[index] = unpackHalf2x16(values[index]);
}
