// JPEG and PNG, to and from memory. libjpeg and libpng report errors by longjmp: every jump starts and lands in here.

#ifndef C_IMAGE_CODECS_H
#define C_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

enum guise_codec_status {
  GUISE_CODEC_DONE,
  GUISE_CODEC_FAILED,    // `message` says why
  GUISE_CODEC_TOO_LARGE  // `width` and `height` are set
};

enum { GUISE_CODEC_MESSAGE_SIZE = 256 };

/// Rows from the top, channels interleaved (1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha), samples of 8 bits or of
/// 16 bits in the machine's byte order.
struct guise_decoded_image {
  uint32_t width, height;
  int channels, bit_depth;
  void *pixels;
  uint8_t *icc_profile;  // null where the file has none
  size_t icc_profile_size;
  uint8_t *exif;  // from its byte order mark on; null where the file has none
  size_t exif_size;
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// Pixels as in `guise_decoded_image`, with what is to be stored beside them.
struct guise_image_source {
  uint32_t width, height;
  int channels, bit_depth;
  const void *pixels;
  const uint8_t *icc_profile;
  size_t icc_profile_size;
  const uint8_t *exif;
  size_t exif_size;
};

struct guise_encoded_image {
  uint8_t *bytes;
  size_t size;
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// Gray stays gray; all other colour spaces become RGB. A file that ends early or whose data is corrupt fails.
enum guise_codec_status guise_decode_jpeg(
    const uint8_t *bytes, size_t size, uint64_t largest_pixel_count, struct guise_decoded_image *image);

/// Palettes and depths below 8 bits are expanded; transparent colours become an alpha channel.
enum guise_codec_status guise_decode_png(
    const uint8_t *bytes, size_t size, uint64_t largest_pixel_count, struct guise_decoded_image *image);

/// 1 or 3 channels of 8 bits. `quality` in 1...100; `is_subsampled` halves the colour's resolution both ways (4:2:0).
enum guise_codec_status guise_encode_jpeg(
    const struct guise_image_source *image, int quality, int is_subsampled, struct guise_encoded_image *encoded);

enum guise_codec_status guise_encode_png(
    const struct guise_image_source *image, struct guise_encoded_image *encoded);

void guise_decoded_image_free(struct guise_decoded_image *image);
void guise_encoded_image_free(struct guise_encoded_image *encoded);

#endif
