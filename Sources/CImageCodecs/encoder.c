#include "encoder.h"

#include <stdlib.h>
#include <string.h>

int append_encoded(struct guise_encoder *encoder, const uint8_t *bytes, size_t size) {
  if (size > encoder->capacity - encoder->size) {
    size_t capacity = 2 * encoder->capacity + size;
    uint8_t *larger = realloc(encoder->bytes, capacity);
    if (!larger) return 0;
    encoder->bytes = larger;
    encoder->capacity = capacity;
  }
  memcpy(encoder->bytes + encoder->size, bytes, size);
  encoder->size += size;
  return 1;
}

void guise_encoder_free(struct guise_encoder *encoder) {
  if (encoder->state) encoder->free_state(encoder->state);
  free(encoder->bytes);
  encoder->state = NULL;
  encoder->bytes = NULL;
}
