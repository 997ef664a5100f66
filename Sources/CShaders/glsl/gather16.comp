#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "gather.glsl"
#include "halves.glsl"

// Writes one part of a PixelSource as gather.comp does, in float16 for product16.comp: an invocation writes eight channels
// of one pixel, so that all channel counts but those of the source are in eights.
layout(binding = 0) writeonly buffer Target { uvec4 target[]; };

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uint eight = index % written, pixel = index / written, image;
  int source = sourcePixel(pixel, image);
  float eightValues[8];
  [[unroll]] for (uint c = 0; c < 8; c++) {
    uint channel = 8 * eight + c;
    eightValues[c] = source >= 0 && channel < channels ? sourceValue(source, image, channel) : 0;
  }
  target[pixel * targetChannels + firstChannel + eight] = packedHalves(eightValues);
}
