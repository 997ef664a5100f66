// Reads JPEG and PNG files, and writes them row by row to memory. libjpeg and libpng report errors by longjmp; no jump
// leaves this module.

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

/// A file that is decoded: after opening, its image's size and kind are known; then the rows of one rectangle can be
/// read, once. The struct must not move in memory until it is freed, and must not be used after a failure.
///
/// Pixels are rows from the top, channels interleaved (1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha, or inks),
/// samples of 8 bits or of 16 bits in the machine's byte order.
struct guise_decoder {
  uint32_t width, height;
  int channels, bit_depth;
  int is_cmyk;     // 4 channels of inverted inks: the light that each lets through, 255 where there is no ink
  int is_lenient;  // what cannot be decoded becomes gray instead of an error, unless nothing can be decoded
  int has_loss;    // a lenient decoder could not decode everything; `message` says why
  uint32_t loss_row;           // the rows of the rectangle that had been read then
  uint32_t skipped_row_count;  // rows decoded above the rectangle; for interlaced files 1 once any row was decoded
  uint32_t row;                // rows of the rectangle that have been read
  uint32_t row_pixel_count;
  void *state;
  void (*free_state)(void *state);
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// A part of a file that holds metadata. `kind` is a PNG chunk's type, or the second byte of a JPEG segment's marker
/// and zeros.
struct guise_segment {
  uint8_t kind[4];
  const uint8_t *bytes;
  size_t size;
};

/// What a file holds besides its pixels. The segments are written in their order, before the pixels.
struct guise_image_header {
  uint32_t width, height;
  int channels, bit_depth;
  const struct guise_segment *segments;
  size_t segment_count;
};

/// A file that is encoded row by row, of pixels as in `guise_decoder`. The struct must not move in memory until it is
/// freed, and must not be used after a failure.
struct guise_encoder {
  uint8_t *bytes;  // what was encoded since the owner last set `size` to 0
  size_t size, capacity;
  void *state;
  void (*free_state)(void *state);
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// Gray stays gray, inks stay inks; all other colour spaces become RGB. The file is read from its current position, and
/// not closed. Memory in proportion to the image is not taken yet.
enum guise_codec_status guise_jpeg_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
/// Chooses a rectangle, which has to lie within the image.
enum guise_codec_status guise_jpeg_start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
/// Reads the rectangle's next rows. Fails where the file ends or is corrupt before their end.
enum guise_codec_status guise_jpeg_next(struct guise_decoder *decoder, void *rows, uint32_t count);

/// Palettes and depths below 8 bits are expanded; transparent colours become an alpha channel. Metadata are not read.
enum guise_codec_status guise_png_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
enum guise_codec_status guise_png_start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
enum guise_codec_status guise_png_next(struct guise_decoder *decoder, void *rows, uint32_t count);

void guise_decoder_free(struct guise_decoder *decoder);

/// The longest side that a JPEG image can have.
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
