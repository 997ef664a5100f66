// Reads image files with the system's libraries, and writes some kinds of them row by row to memory. libjpeg and libpng
// report errors by longjmp; no jump leaves this module.

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

/// Decodes one file. Opening it, by the function of its kind, sets the image's size and format; then the rows of one
/// rectangle can be read, once. The struct must not move in memory until it is freed, and must not be used after a
/// failure.
///
/// Pixels are in rows from the top, with interleaved channels (1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha, or
/// CMYK) of 8 bits, or of 16 bits in the machine's byte order.
struct guise_decoder {
  uint32_t width, height;
  int channels, bit_depth;
  int is_cmyk;     // 4 channels of inverted CMYK: 255 where there is no ink
  int is_lenient;  // what cannot be decoded becomes gray instead of an error, unless nothing can be decoded
  int is_unread;   // after a failure: the file is not known to be damaged, but of a kind that is not read
  int has_loss;    // a lenient decoder could not decode everything; `message` says why
  uint32_t loss_row;           // how many rows of the rectangle had been read when data was first lost
  uint32_t skipped_row_count;  // rows decoded above the rectangle; if interlaced, 1 once any row has been decoded
  uint32_t row;                // how many rows of the rectangle have been read
  uint32_t row_pixel_count;
  /// Chooses the rectangle to read, which must lie within the image.
  enum guise_codec_status (*start)(
      struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
  /// Reads the rectangle's next `count` rows. If the file ends early or is corrupt, a strict decoder fails and a lenient
  /// one fills the missing rows with gray.
  enum guise_codec_status (*next)(struct guise_decoder *decoder, void *rows, uint32_t count);
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
  enum guise_codec_status (*add)(struct guise_encoder *encoder, const void *rows, uint32_t count);
  /// Finishes the file; call it after the last row.
  enum guise_codec_status (*end)(struct guise_encoder *encoder);
  void *state;
  void (*free_state)(void *state);
  char message[GUISE_CODEC_MESSAGE_SIZE];
};

// Opening reads the header. The file is read from its current position and not closed. No memory in proportion to the
// image is allocated yet.

/// Gray and CMYK stay as they are; all other colour spaces become RGB.
enum guise_codec_status guise_jpeg_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
/// Palettes and depths below 8 bits are expanded; transparent colours become an alpha channel. Metadata are not read.
enum guise_codec_status guise_png_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
/// The first image of a file, in the orientation in which it is stored. Palettes and other depths than 8 and 16 bits are
/// expanded; CMYK has 8 bits.
enum guise_codec_status guise_tiff_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
/// An animation's canvas with its first frame. The whole file and the whole image are held in memory once it is started.
enum guise_codec_status guise_webp_open(struct guise_decoder *decoder, FILE *file, int is_lenient);
/// HEIC's or AVIF's primary image, upright; `parts` tells what libheif knows besides. The whole image is held in memory
/// once it is started.
enum guise_codec_status guise_heif_open(struct guise_decoder *decoder, FILE *file, int is_lenient);

void guise_decoder_free(struct guise_decoder *decoder);

enum guise_heif_part { GUISE_HEIF_EXIF, GUISE_HEIF_XMP, GUISE_HEIF_PROFILE };

/// Copies a part of an open HEIC or AVIF file into memory that the caller frees; returns its size, 0 if it has none of at
/// most `limit` bytes.
size_t guise_heif_part(const struct guise_decoder *decoder, enum guise_heif_part part, size_t limit, uint8_t **bytes);
/// The colours (ITU-T H.273) that a HEIC or AVIF file states by numbers instead of a profile; 2 where it does not.
void guise_heif_colors(const struct guise_decoder *decoder, int *primaries, int *transfer);
/// Whether libheif finds decoders: for HEIC's HEVC, and for AVIF's AV1.
int guise_has_hevc_decoder(void);
int guise_has_av1_decoder(void);

/// The longest side that images of these formats can have.
extern const uint32_t guise_jpeg_largest_side, guise_webp_largest_side;

/// 1 or 3 channels of 8 bits. `quality` in 1...100; `is_subsampled` halves the chroma resolution along both axes
/// (4:2:0).
enum guise_codec_status guise_jpeg_begin(
    struct guise_encoder *encoder, const struct guise_image_header *image, int quality, int is_subsampled);
enum guise_codec_status guise_png_begin(struct guise_encoder *encoder, const struct guise_image_header *image);
/// 1 to 4 channels of 8 bits, gray written as RGB. `quality` in 1...99, or 100 for a lossless file. All of the image is
/// held in memory. A segment's kind is its chunk's name.
enum guise_codec_status guise_webp_begin(
    struct guise_encoder *encoder, const struct guise_image_header *image, int quality);

void guise_encoder_free(struct guise_encoder *encoder);

#endif
