// What gather.comp and gather16.comp share: one part of a PixelSource, read where it lies.
layout(local_size_x = 256) in;

layout(constant_id = 0) const bool isNormalized = false;
layout(constant_id = 1) const bool hasSlopes = false;
// Whether the values are float16 numbers, two to a word.
layout(constant_id = 2) const bool readsHalves = false;

layout(binding = 1) readonly buffer Values { uint values[]; };
// The source row of each row, or -1 for zeros, then the same of the columns.
layout(binding = 2) readonly buffer Places { int places[]; };
layout(binding = 3) readonly buffer Means { float means[]; };
layout(binding = 4) readonly buffer Deviations { float inverseDeviations[]; };
layout(binding = 5) readonly buffer Slopes { float slopes[]; };
layout(push_constant) uniform Parameters {
  uint count;  // of invocations
  uint height, width, channels, written;
  uint sourceHeight, sourceWidth;
  uint targetChannels, firstChannel;
  uint statisticsStride;
  float slope, ceiling, factor;
};

/// The place of one of the target's pixels in the source, or -1 for zeros; `image` becomes its image.
int sourcePixel(uint pixel, out uint image) {
  uint x = pixel % width, line = pixel / width, y = line % height;
  image = line / height;
  int row = places[y], column = places[height + x];
  return row >= 0 && column >= 0 ? int((image * sourceHeight + row) * sourceWidth + column) : -1;
}

float sourceValue(uint sourcePixel, uint channel) {
  uint place = sourcePixel * channels + channel;
  return readsHalves ? unpackHalf2x16(values[place / 2])[place % 2] : uintBitsToFloat(values[place]);
}

/// A value, normalised and rectified.
float finished(float value, uint image, uint channel) {
  if (isNormalized) {
    uint group = image * statisticsStride + channel;
    value = (value - means[group]) * inverseDeviations[group];
  }
  value = value > 0 ? value : value * (hasSlopes ? slopes[channel] : slope);
  return (value > ceiling ? ceiling : value) * factor;
}
