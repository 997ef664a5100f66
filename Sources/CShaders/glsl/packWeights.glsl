// What packWeights.comp and packWeights16.comp share: a convolution's weights [taps, inputs, outputs] as the matrix
// [rows, columns], with a row for each chosen tap and input, or output where the weights are exchanged for the input
// gradient. Rows and columns are padded with zeros.
layout(local_size_x = 256) in;

layout(constant_id = 0) const bool isExchanged = false;

layout(binding = 1) readonly buffer Weights { float weights[]; };
layout(binding = 2) readonly buffer Taps { uint taps[]; };
layout(push_constant) uniform Parameters {
  uint rows, paddedColumns;
  uint tapCount, tapRows, paddedTapRows, columns;
};

float weight(uint row, uint column) {
  uint number = row / paddedTapRows, inner = row % paddedTapRows;
  if (number >= tapCount || inner >= tapRows || column >= columns) return 0;
  return weights[taps[number] * tapRows * columns + (isExchanged ? column * tapRows + inner : inner * columns + column)];
}
