#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// 0 where the generator Philox 4x32-10 draws less than the rate at an index, `kept` elsewhere.
layout(local_size_x = 256) in;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(push_constant) uniform Parameters {
  uint count;
  uint firstKey, secondKey, lowStep, highStep;
  float rate, kept;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uvec4 counter = uvec4(index, 0, lowStep, highStep);
  uvec2 key = uvec2(firstKey, secondKey);
  for (int round = 0; round < 10; round++) {
    uint firstHigh, firstLow, secondHigh, secondLow;
    umulExtended(counter.x, 0xd2511f53u, firstHigh, firstLow);
    umulExtended(counter.z, 0xcd9e8d57u, secondHigh, secondLow);
    counter = uvec4(secondHigh ^ counter.y ^ key.x, secondLow, firstHigh ^ counter.w ^ key.y, firstLow);
    key += uvec2(0x9e3779b9u, 0xbb67ae85u);
  }
  target[index] = float(counter.x >> 8) / 16777216.0 < rate ? 0 : kept;
}
