#ifndef DECODER_H
#define DECODER_H

#include "CImageCodecs.h"

/// Zeroes the decoder and gives it a zeroed state, which it owns; null where there is no memory for it.
void *start_decoder(
    struct guise_decoder *decoder, int is_lenient, size_t state_size, void (*free_state)(void *state));

/// Remembers where a lenient decoder lost data, if it is the first time.
void note_loss(struct guise_decoder *decoder);

/// Middle gray, opaque.
void fill_gray(const struct guise_decoder *decoder, void *pixels, size_t pixel_count);

/// What follows an error in one of the rectangle's rows: a lenient decoder notes it and makes the rest gray, from its
/// current row to `end`, whose place in memory is `rows` for row `first`; another one fails, and so does a lenient one
/// that has decoded nothing.
enum guise_codec_status after_loss(struct guise_decoder *decoder, void *rows, uint32_t first, uint32_t end);

#endif
