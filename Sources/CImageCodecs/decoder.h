#ifndef DECODER_H
#define DECODER_H

#include "CImageCodecs.h"

/// Zeroes the decoder and allocates its zeroed state, which it owns; returns null if out of memory.
void *start_decoder(
    struct guise_decoder *decoder, int is_lenient, size_t state_size, void (*free_state)(void *state));

/// Records where a lenient decoder first lost data.
void note_loss(struct guise_decoder *decoder);

/// Fills pixels with opaque middle gray.
void fill_gray(const struct guise_decoder *decoder, void *pixels, size_t pixel_count);

/// Handles an error in one of the rectangle's rows. A lenient decoder records it and fills the rows from its current
/// one up to `end` with gray; `rows` points to row `first`. A strict decoder fails, and so does a lenient one that has
/// decoded nothing.
enum guise_codec_status after_loss(struct guise_decoder *decoder, void *rows, uint32_t first, uint32_t end);

/// Sets the message, unless there is one already, and returns GUISE_CODEC_FAILED.
enum guise_codec_status decoding_failed(struct guise_decoder *decoder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// The same for a file that need not be damaged: sets `is_unread`, too.
enum guise_codec_status not_read(struct guise_decoder *decoder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/// A colour sample that was multiplied by alpha, without it.
static inline uint32_t divided_by_alpha(uint32_t sample, uint32_t alpha, uint32_t largest) {
  if (alpha == 0) return 0;
  uint64_t divided = ((uint64_t)sample * largest + alpha / 2) / alpha;
  return divided < largest ? divided : largest;
}

/// An image that was decoded as a whole, as far as row `complete`.
struct whole_image {
  uint8_t *pixels;
  uint32_t complete;
  uint32_t x, y;  // where the rectangle begins
};

/// Copies the rectangle's next rows out of an image, whose missing rows are as after an error.
enum guise_codec_status copy_rows(
    struct guise_decoder *decoder, const struct whole_image *image, void *rows, uint32_t count);

#endif
