#include "decoder.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *start_decoder(
    struct guise_decoder *decoder, int is_lenient, size_t state_size, void (*free_state)(void *state)) {
  memset(decoder, 0, sizeof *decoder);
  decoder->is_lenient = is_lenient;
  decoder->state = calloc(1, state_size);
  decoder->free_state = free_state;
  if (!decoder->state) snprintf(decoder->message, sizeof decoder->message, "out of memory");
  return decoder->state;
}

void note_loss(struct guise_decoder *decoder) {
  if (!decoder->has_loss) decoder->loss_row = decoder->row;
  decoder->has_loss = 1;
}

void fill_gray(const struct guise_decoder *decoder, void *pixels, size_t pixel_count) {
  size_t sample_size = decoder->bit_depth / 8;
  size_t pixel_size = decoder->channels * sample_size;
  memset(pixels, 0x80, pixel_count * pixel_size);
  if (decoder->is_cmyk || decoder->channels % 2 == 1) return;
  uint8_t *alpha = (uint8_t *)pixels + pixel_size - sample_size;
  for (size_t i = 0; i < pixel_count; i++) memset(alpha + i * pixel_size, 0xff, sample_size);
}

enum guise_codec_status after_loss(struct guise_decoder *decoder, void *rows, uint32_t first, uint32_t end) {
  if (!decoder->is_lenient || decoder->skipped_row_count + decoder->row == 0) return GUISE_CODEC_FAILED;
  note_loss(decoder);
  size_t row_size = (size_t)decoder->row_pixel_count * decoder->channels * (decoder->bit_depth / 8);
  fill_gray(
      decoder, (uint8_t *)rows + (decoder->row - first) * row_size,
      (size_t)(end - decoder->row) * decoder->row_pixel_count);
  decoder->row = end;
  return GUISE_CODEC_DONE;
}

enum guise_codec_status decoding_failed(struct guise_decoder *decoder, const char *format, ...) {
  if (decoder->message[0]) return GUISE_CODEC_FAILED;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(decoder->message, sizeof decoder->message, format, arguments);
  va_end(arguments);
  return GUISE_CODEC_FAILED;
}

enum guise_codec_status not_read(struct guise_decoder *decoder, const char *format, ...) {
  decoder->is_unread = 1;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(decoder->message, sizeof decoder->message, format, arguments);
  va_end(arguments);
  return GUISE_CODEC_FAILED;
}

enum guise_codec_status copy_rows(
    struct guise_decoder *decoder, const struct whole_image *image, void *rows, uint32_t count) {
  size_t pixel_size = (size_t)decoder->channels * (decoder->bit_depth / 8);
  size_t part_size = decoder->row_pixel_count * pixel_size;
  uint32_t first = decoder->row, end = first + count;
  for (; decoder->row < end && image->y + decoder->row < image->complete; decoder->row++) {
    size_t pixel = (size_t)(image->y + decoder->row) * decoder->width + image->x;
    memcpy((uint8_t *)rows + (decoder->row - first) * part_size, image->pixels + pixel * pixel_size, part_size);
  }
  return decoder->row == end ? GUISE_CODEC_DONE : after_loss(decoder, rows, first, end);
}

void guise_decoder_free(struct guise_decoder *decoder) {
  if (decoder->state) decoder->free_state(decoder->state);
  memset(decoder, 0, sizeof *decoder);
}
