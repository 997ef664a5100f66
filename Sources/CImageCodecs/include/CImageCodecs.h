// JPEG and PNG, from memory and, row by row, to it. libjpeg and libpng report errors by longjmp: every jump starts and
// lands in here.

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

/// What a file says of its picture besides the pixels, which are as in `guise_decoded_image`.
struct guise_image_header {
  uint32_t width, height;
  int channels, bit_depth;
  const uint8_t *icc_profile;
  size_t icc_profile_size;
  const uint8_t *exif;
  size_t exif_size;
};

/// A file that is encoded row by row. It stays where it is in memory from its beginning until it is freed, and is of no
/// more use once something failed.
struct guise_encoder {
  uint8_t *bytes;  // encoded since the owner last set `size` to 0
  size_t size, capacity;
  void *state;
  void (*free_state)(void *state);
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// Gray stays gray; all other colour spaces become RGB. A file that ends early or whose data is corrupt fails.
enum guise_codec_status guise_decode_jpeg(
    const uint8_t *bytes, size_t size, uint64_t largest_pixel_count, struct guise_decoded_image *image);

/// Palettes and depths below 8 bits are expanded; transparent colours become an alpha channel.
enum guise_codec_status guise_decode_png(
    const uint8_t *bytes, size_t size, uint64_t largest_pixel_count, struct guise_decoded_image *image);

/// Neither side of a JPEG image may be longer.
extern const uint32_t guise_jpeg_largest_side;

/// 1 or 3 channels of 8 bits. `quality` in 1...100; `is_subsampled` halves the colour's resolution both ways (4:2:0).
enum guise_codec_status guise_jpeg_begin(
    struct guise_encoder *encoder, const struct guise_image_header *image, int quality, int is_subsampled);
enum guise_codec_status guise_jpeg_add(struct guise_encoder *encoder, const void *rows, uint32_t count);
/// After the last row.
enum guise_codec_status guise_jpeg_end(struct guise_encoder *encoder);

enum guise_codec_status guise_png_begin(struct guise_encoder *encoder, const struct guise_image_header *image);
enum guise_codec_status guise_png_add(struct guise_encoder *encoder, const void *rows, uint32_t count);
enum guise_codec_status guise_png_end(struct guise_encoder *encoder);

void guise_decoded_image_free(struct guise_decoded_image *image);
void guise_encoder_free(struct guise_encoder *encoder);

#endif
