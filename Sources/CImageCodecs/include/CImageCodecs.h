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

/// Decodes one file. Opening it sets the image's size and format; then the rows of one rectangle can be read, once. The
/// struct must not move in memory until it is freed, and must not be used after a failure.
///
/// Pixels are in rows from the top, with interleaved channels (1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha, or
/// CMYK) of 8 bits, or of 16 bits in the machine's byte order.
struct guise_decoder {
  uint32_t width, height;
  int channels, bit_depth;
  int is_cmyk;     // 4 channels of inverted CMYK: 255 where there is no ink
  int is_lenient;  // what cannot be decoded becomes gray instead of an error, unless nothing can be decoded
  int has_loss;    // a lenient decoder could not decode everything; `message` says why
  uint32_t loss_row;           // how many rows of the rectangle had been read when data was first lost
  uint32_t skipped_row_count;  // rows decoded above the rectangle; if interlaced, 1 once any row has been decoded
  uint32_t row;                // how many rows of the rectangle have been read
  uint32_t row_pixel_count;
  void *state;
  void (*free_state)(void *state);
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// A PNG chunk or JPEG segment of metadata. `kind` is the chunk's type, or the second byte of the segment's marker
/// followed by zeros.
struct guise_segment {
  uint8_t kind[4];
  const uint8_t *bytes;
  size_t size;
};

/// An image's size, format and metadata. The segments are written in order, before the pixels. The density goes into a
/// JPEG file's JFIF header, whose unit is 0 (none), 1 (inch) or 2 (centimetre).
struct guise_image_header {
  uint32_t width, height;
  int channels, bit_depth;
  uint8_t density_unit;
  uint16_t density_x, density_y;
  const struct guise_segment *segments;
  size_t segment_count;
};

/// Encodes one file row by row, from pixels in the layout of `guise_decoder`. The struct must not move in memory until
/// it is freed, and must not be used after a failure.
struct guise_encoder {
  uint8_t *bytes;  // what was encoded since the owner last set `size` to 0
  size_t size, capacity;
  void *state;
  void (*free_state)(void *state);
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

/// Reads the header. Gray and CMYK stay as they are; all other colour spaces become RGB. The file is read from its
/// current position and not closed. No memory in proportion to the image is allocated yet.
enum guise_codec_status guise_jpeg_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
/// Chooses the rectangle to read, which must lie within the image.
enum guise_codec_status guise_jpeg_start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
/// Reads the rectangle's next `count` rows. If the file ends early or is corrupt, a strict decoder fails and a lenient
/// one fills the missing rows with gray.
enum guise_codec_status guise_jpeg_next(struct guise_decoder *decoder, void *rows, uint32_t count);

/// Palettes and depths below 8 bits are expanded; transparent colours become an alpha channel. Metadata are not read.
enum guise_codec_status guise_png_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
enum guise_codec_status guise_png_start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
enum guise_codec_status guise_png_next(struct guise_decoder *decoder, void *rows, uint32_t count);

void guise_decoder_free(struct guise_decoder *decoder);

/// The longest side that a JPEG image can have.
extern const uint32_t guise_jpeg_largest_side;

/// 1 or 3 channels of 8 bits. `quality` in 1...100; `is_subsampled` halves the chroma resolution along both axes
/// (4:2:0).
enum guise_codec_status guise_jpeg_begin(
    struct guise_encoder *encoder, const struct guise_image_header *image, int quality, int is_subsampled);
enum guise_codec_status guise_jpeg_add(struct guise_encoder *encoder, const void *rows, uint32_t count);
/// Finishes the file; call it after the last row.
enum guise_codec_status guise_jpeg_end(struct guise_encoder *encoder);

enum guise_codec_status guise_png_begin(struct guise_encoder *encoder, const struct guise_image_header *image);
enum guise_codec_status guise_png_add(struct guise_encoder *encoder, const void *rows, uint32_t count);
enum guise_codec_status guise_png_end(struct guise_encoder *encoder);

void guise_encoder_free(struct guise_encoder *encoder);

#endif
