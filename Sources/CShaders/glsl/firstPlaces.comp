#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// 1 at the first value along the middle axis of [outer, count, inner] that equals the maximum, 0 elsewhere.
layout(local_size_x = 256) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
layout(binding = 2) readonly buffer Maxima { float maxima[]; };
layout(push_constant) uniform Parameters { uint outer, count, inner; };

// A thread for each value: most differ from the maximum, and one that equals it looks for an equal one before it.
void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= outer * count * inner) return;
  uint column = index % inner, image = index / (count * inner);
  float wanted = maxima[image * inner + column];
  bool isFirst = values[index] == wanted;
  for (uint place = image * count * inner + column; isFirst && place < index; place += inner) {
    if (values[place] == wanted) isFirst = false;
  }
  target[index] = isFirst ? 1 : 0;
}
