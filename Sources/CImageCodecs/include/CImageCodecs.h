// JPEG and PNG, from files and, row by row, to memory. libjpeg and libpng report errors by longjmp: every jump starts and
// lands in here.

#ifndef C_IMAGE_CODECS_H
#define C_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum guise_codec_status {
  GUISE_CODEC_DONE,
  GUISE_CODEC_FAILED  // `message` says why
};

enum { GUISE_CODEC_MESSAGE_SIZE = 256 };

/// A file that is decoded: what it says of its picture from the opening on, then pixels, once. It stays where it is in
/// memory from its opening until it is freed, and is of no more use once something failed.
///
/// Pixels are rows from the top, channels interleaved (1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha), samples of 8
/// bits or of 16 bits in the machine's byte order.
struct guise_decoder {
  uint32_t width, height;
  int channels, bit_depth;
  uint8_t *icc_profile;  // null where the file has none
  size_t icc_profile_size;
  uint8_t *exif;  // from its byte order mark on; null where the file has none
  size_t exif_size;
  void *state;
  void (*free_state)(void *state);
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// What a file says of its picture besides the pixels, which are as in `guise_decoder`.
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

/// Gray stays gray; all other colour spaces become RGB. The file is read from where it stands, and not closed.
enum guise_codec_status guise_jpeg_open(struct guise_decoder *decoder, FILE *file);
/// A rectangle that lies within the image. What the file holds up to its last row is checked: a file that ends before or
/// is corrupt there fails.
enum guise_codec_status guise_jpeg_read(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height, void *pixels);

/// Palettes and depths below 8 bits are expanded; transparent colours become an alpha channel.
enum guise_codec_status guise_png_open(struct guise_decoder *decoder, FILE *file);
enum guise_codec_status guise_png_read(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height, void *pixels);

void guise_decoder_free(struct guise_decoder *decoder);

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

void guise_encoder_free(struct guise_encoder *encoder);

#endif
