#ifndef ENCODER_H
#define ENCODER_H

#include "CImageCodecs.h"

/// Appends encoded bytes; returns 0 if out of memory.
int append_encoded(struct guise_encoder *encoder, const uint8_t *bytes, size_t size);

#endif
