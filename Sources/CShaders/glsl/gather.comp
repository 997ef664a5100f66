#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Writes one part of a PixelSource: pixels that are padded, normalised and rectified while they are copied. The target
// may have more channels, those of other parts, and zeros at the end up to `written` channels.
layout(local_size_x = 256) in;

layout(constant_id = 0) const bool isNormalized = false;
layout(constant_id = 1) const bool hasSlopes = false;
layout(constant_id = 2) const bool hasAddend = false;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Values { float values[]; };
// The source row of each row, or -1 for zeros, then the same of the columns.
layout(binding = 2) readonly buffer Places { int places[]; };
layout(binding = 3) readonly buffer Means { float means[]; };
layout(binding = 4) readonly buffer Deviations { float inverseDeviations[]; };
layout(binding = 5) readonly buffer Slopes { float slopes[]; };
layout(binding = 6) readonly buffer Addends { float addends[]; };
layout(push_constant) uniform Parameters {
  uint count;  // of values to write
  uint height, width, channels, written;
  uint sourceHeight, sourceWidth;
  uint targetChannels, firstChannel;
  uint statisticsStride;
  float slope, ceiling, factor;
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uint channel = index % written, pixel = index / written;
  uint x = pixel % width, line = pixel / width, y = line % height, image = line / height;
  int row = places[y], column = places[height + x];
  uint place = pixel * targetChannels + firstChannel + channel;
  float value = 0;
  if (row >= 0 && column >= 0 && channel < channels) {
    value = values[((image * sourceHeight + row) * sourceWidth + column) * channels + channel];
    if (isNormalized) {
      uint group = image * statisticsStride + channel;
      value = (value - means[group]) * inverseDeviations[group];
    }
    value = value > 0 ? value : value * (hasSlopes ? slopes[channel] : slope);
    value = (value > ceiling ? ceiling : value) * factor;
  }
  if (hasAddend) value += addends[place];
  target[place] = value;
}
