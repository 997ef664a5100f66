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

#endif
