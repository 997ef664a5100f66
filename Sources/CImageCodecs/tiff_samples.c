#include "tiff_samples.h"

void unpack_samples(const uint8_t *row, uint16_t *samples, size_t count, size_t stride, int depth) {
  if (depth == 8) {
    for (size_t i = 0; i < count; i++) samples[i * stride] = row[i];
  } else if (depth == 16) {
    for (size_t i = 0; i < count; i++) samples[i * stride] = ((const uint16_t *)row)[i];
  } else {
    uint32_t bits = 0;
    int bit_count = 0;
    for (size_t i = 0; i < count; i++) {
      for (; bit_count < depth; bit_count += 8) bits = bits << 8 | *row++;
      bit_count -= depth;
      samples[i * stride] = bits >> bit_count & ((1u << depth) - 1);
    }
  }
}

void convert_pixels(
    const struct guise_decoder *decoder, const struct tiff_samples *form, const uint16_t *samples, void *pixels,
    size_t count) {
  const uint32_t given = (1u << form->depth) - 1, largest = decoder->bit_depth == 16 ? 65535 : 255;
  const int color_count = form->colors == TIFF_INKS ? 4 : form->colors == TIFF_RGB ? 3 : 1;
  uint8_t *bytes = pixels;
  uint16_t *words = pixels;
  for (size_t pixel = 0; pixel < count; pixel++, samples += form->count) {
    uint32_t values[4];
    for (int i = 0; i < color_count; i++) {
      uint32_t value = samples[i];
      values[i] = given == largest ? value : (value * largest + given / 2) / given;
      if (form->colors == TIFF_GRAY_FROM_WHITE || form->colors == TIFF_INKS) values[i] = largest - values[i];
    }
    int channel = color_count;
    if (form->colors == TIFF_PALETTE) {
      for (channel = 0; channel < 3; channel++) values[channel] = form->palette[samples[0]][channel];
    }
    if (form->alpha != TIFF_OPAQUE) {
      uint32_t value = samples[color_count];
      uint32_t alpha = given == largest ? value : (value * largest + given / 2) / given;
      for (int i = 0; form->alpha == TIFF_ASSOCIATED_ALPHA && i < channel; i++) {
        values[i] = divided_by_alpha(values[i], alpha, largest);
      }
      values[channel] = alpha;
    }
    for (int i = 0; i < decoder->channels; i++) {
      if (largest == 255) {
        *bytes++ = values[i];
      } else {
        *words++ = values[i];
      }
    }
  }
}
