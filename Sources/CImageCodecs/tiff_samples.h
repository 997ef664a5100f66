// What the samples of a TIFF image mean, and their conversion to those of `guise_decoder`.

#ifndef TIFF_SAMPLES_H
#define TIFF_SAMPLES_H

#include "decoder.h"

enum tiff_colors { TIFF_GRAY, TIFF_GRAY_FROM_WHITE, TIFF_RGB, TIFF_PALETTE, TIFF_INKS };
enum tiff_alpha { TIFF_OPAQUE, TIFF_ALPHA, TIFF_ASSOCIATED_ALPHA };

struct tiff_samples {
  enum tiff_colors colors;
  enum tiff_alpha alpha;  // the first sample after the colours
  int count;              // samples of a pixel, used or not
  int depth;              // bits of a sample, 1...16
  uint8_t palette[256][3];
};

/// Unpacks a row's samples of one plane, which are `stride` apart in the result; those of 16 bits are in the machine's
/// byte order.
void unpack_samples(const uint8_t *row, uint16_t *samples, size_t count, size_t stride, int depth);

/// Converts unpacked pixels to the decoder's channels and depth.
void convert_pixels(
    const struct guise_decoder *decoder, const struct tiff_samples *form, const uint16_t *samples, void *pixels,
    size_t count);

#endif
