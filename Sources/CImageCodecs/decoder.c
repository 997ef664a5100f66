#include "decoder.h"

#include <stdlib.h>
#include <string.h>

void *start_decoder(struct guise_decoder *decoder, size_t state_size, void (*free_state)(void *state)) {
  memset(decoder, 0, sizeof *decoder);
  decoder->state = calloc(1, state_size);
  decoder->free_state = free_state;
  if (!decoder->state) snprintf(decoder->message, sizeof decoder->message, "out of memory");
  return decoder->state;
}

uint8_t *copy_bytes(const uint8_t *bytes, size_t size) {
  uint8_t *copy = malloc(size);
  return copy ? memcpy(copy, bytes, size) : NULL;
}

void guise_decoder_free(struct guise_decoder *decoder) {
  if (decoder->state) decoder->free_state(decoder->state);
  free(decoder->icc_profile);
  free(decoder->exif);
  memset(decoder, 0, sizeof *decoder);
}
