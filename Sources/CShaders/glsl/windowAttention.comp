#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Attention within windows; a workgroup for 64 queries of one head and window. Keys come sixteen at a time, and what was
// summed before a larger score was met is made smaller then.
layout(local_size_x = 64) in;

layout(constant_id = 0) const uint headChannels = 32;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Queries { float queries[]; };
layout(binding = 2) readonly buffer Keys { float keys[]; };
layout(binding = 3) readonly buffer Values { float values[]; };
layout(binding = 4) readonly buffer Bias { float bias[]; };
// The windows' positions along the queries' rows and columns and the keys', -1 for zeros; then the same of their parts.
layout(binding = 5) readonly buffer Places { int places[]; };
layout(push_constant) uniform Parameters {
  uint groups, heads;
  uint queryHeight, queryWidth, keyHeight, keyWidth;
  uint windowRows, windowColumns;
  uint queryRows, queryColumns, keyRows, keyColumns;  // of a window
  uint queryChannels, firstQueryChannel, keyChannels, firstKeyChannel, valueChannels, firstValueChannel;
  float scale;
};

const uint keyCount = 16;
shared float someKeys[keyCount * headChannels], someValues[keyCount * headChannels];
shared ivec2 someParts[keyCount];

void main() {
  uint group = groupIndex();
  if (group >= groups) return;
  uint size = queryRows * queryColumns, seen = keyRows * keyColumns, bands = (size + 63) / 64;
  uint query = group % bands * 64 + gl_LocalInvocationIndex, rest = group / bands;
  uint head = rest % heads;
  rest /= heads;
  uint windowColumn = rest % windowColumns;
  rest /= windowColumns;
  uint windowRow = rest % windowRows, image = rest / windowRows;

  uint columnsStart = windowRows * queryRows, keyRowsStart = columnsStart + windowColumns * queryColumns;
  uint keyColumnsStart = keyRowsStart + windowRows * keyRows;
  uint partsStart = keyColumnsStart + windowColumns * keyColumns;
  uint rowPlace = windowRow * queryRows + min(query, size - 1) / queryColumns;
  uint columnPlace = columnsStart + windowColumn * queryColumns + min(query, size - 1) % queryColumns;
  ivec2 part = ivec2(places[partsStart + rowPlace], places[partsStart + columnPlace]);
  int row = places[rowPlace], column = places[columnPlace];
  bool isInside = query < size && row >= 0 && column >= 0;
  uint pixel = isInside ? (image * queryHeight + row) * queryWidth + column : 0;

  float own[headChannels], sum[headChannels];
  for (uint c = 0; c < headChannels; c++) {
    own[c] = isInside ? queries[pixel * queryChannels + firstQueryChannel + head * headChannels + c] * scale : 0;
    sum[c] = 0;
  }
  float largest = -3.4e38, total = 0;
  for (uint start = 0; start < seen; start += keyCount) {
    barrier();
    for (uint index = gl_LocalInvocationIndex; index < keyCount * headChannels; index += 64) {
      uint place = start + index / headChannels, channel = head * headChannels + index % headChannels;
      float key = 0, value = 0;
      if (place < seen) {
        int keyRow = places[keyRowsStart + windowRow * keyRows + place / keyColumns];
        int keyColumn = places[keyColumnsStart + windowColumn * keyColumns + place % keyColumns];
        if (keyRow >= 0 && keyColumn >= 0) {
          uint keyPixel = (image * keyHeight + keyRow) * keyWidth + keyColumn;
          key = keys[keyPixel * keyChannels + firstKeyChannel + channel];
          value = values[keyPixel * valueChannels + firstValueChannel + channel];
        }
      }
      someKeys[index] = key;
      someValues[index] = value;
    }
    if (gl_LocalInvocationIndex < keyCount && start + gl_LocalInvocationIndex < seen) {
      uint place = start + gl_LocalInvocationIndex;
      someParts[gl_LocalInvocationIndex] = ivec2(
        places[partsStart + keyRowsStart + windowRow * keyRows + place / keyColumns],
        places[partsStart + keyColumnsStart + windowColumn * keyColumns + place % keyColumns]);
    }
    barrier();
    for (uint key = 0; key < min(keyCount, seen - start); key++) {
      if (query >= size || someParts[key] != part) continue;
      float score = bias[(head * size + query) * seen + start + key];
      for (uint c = 0; c < headChannels; c++) score += own[c] * someKeys[key * headChannels + c];
      if (score > largest) {
        float factor = exp(largest - score);
        total *= factor;
        for (uint c = 0; c < headChannels; c++) sum[c] *= factor;
        largest = score;
      }
      float weight = exp(score - largest);
      total += weight;
      for (uint c = 0; c < headChannels; c++) sum[c] += weight * someValues[key * headChannels + c];
    }
  }
  if (!isInside) return;
  for (uint c = 0; c < headChannels; c++) target[(pixel * heads + head) * headChannels + c] = sum[c] / total;
}
