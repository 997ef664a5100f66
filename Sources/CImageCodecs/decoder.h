#ifndef DECODER_H
#define DECODER_H

#include "CImageCodecs.h"

/// Zeroes the decoder and gives it a zeroed state, which it owns; null where there is no memory for it.
void *start_decoder(struct guise_decoder *decoder, size_t state_size, void (*free_state)(void *state));

/// Null where there is no memory for a copy.
uint8_t *copy_bytes(const uint8_t *bytes, size_t size);

#endif
