#ifndef ENCODER_H
#define ENCODER_H

#include "CImageCodecs.h"

/// Adds to what has been encoded; 0 where there is no memory for it.
int append_encoded(struct guise_encoder *encoder, const uint8_t *bytes, size_t size);

#endif
