#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "gather.glsl"
#include "halves.glsl"

// Writes one part of a PixelSource as gather.comp does, in float16 for products of matrices: an invocation writes eight
// channels of one pixel, so that all channel counts but those of the source are in eights.
layout(constant_id = 3) const bool saturates = false;
// Whether the source's channels are in eights, too, so that they are read as such.
layout(constant_id = 4) const bool readsEights = false;
// Whether the values are scaled, as a gradient's are.
layout(constant_id = 5) const bool isScaled = false;

layout(binding = 0) writeonly buffer Target { uvec4 target[]; };
layout(binding = 1) readonly buffer Fours { uvec4 fours[]; };
// The largest magnitude of the values.
layout(binding = 6) readonly buffer Largest { float largest; };

void read(uint sourcePixel, uint eight, out float eightValues[8]) {
  if (readsEights && readsHalves) {
    uvec4 words = fours[sourcePixel * (channels / 8) + eight];
    [[unroll]] for (uint c = 0; c < 8; c++) eightValues[c] = unpackHalf2x16(words[c / 2])[c % 2];
  } else if (readsEights) {
    uint place = (sourcePixel * (channels / 8) + eight) * 2;
    vec4 low = uintBitsToFloat(fours[place]), high = uintBitsToFloat(fours[place + 1]);
    [[unroll]] for (uint c = 0; c < 8; c++) eightValues[c] = c < 4 ? low[c] : high[c - 4];
  } else {
    [[unroll]] for (uint c = 0; c < 8; c++) {
      uint channel = 8 * eight + c;
      eightValues[c] = channel < channels ? sourceValue(sourcePixel, channel) : 0;
    }
  }
}

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uint eight = index % written, pixel = index / written, image;
  int source = sourcePixel(pixel, image);
  float eightValues[8] = float[](0, 0, 0, 0, 0, 0, 0, 0);
  if (source >= 0 && 8 * eight < channels) {
    read(source, eight, eightValues);
    float scale = isScaled ? halfScale(largest) : 1;
    [[unroll]] for (uint c = 0; c < 8; c++) {
      uint channel = 8 * eight + c;
      if (channel < channels) eightValues[c] = finished(eightValues[c], image, channel) * scale;
    }
  }
  target[pixel * targetChannels + firstChannel + eight] = packedHalves(eightValues, saturates);
}
