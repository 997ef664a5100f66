#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "gather.glsl"

// Writes one part of a PixelSource: pixels that are padded, normalised and rectified while they are copied. The target
// may have more channels, those of other parts, and zeros at the end up to `written` channels.
layout(constant_id = 3) const bool hasAddend = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 6) readonly buffer Addends { float addends[]; };

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uint channel = index % written, pixel = index / written, image;
  uint place = pixel * targetChannels + firstChannel + channel;
  int source = sourcePixel(pixel, image);
  float value = source >= 0 && channel < channels ? finished(sourceValue(source, channel), image, channel) : 0;
  if (hasAddend) value += addends[place];
  target[place] = value;
}
