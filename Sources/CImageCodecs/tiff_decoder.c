#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include "tiff_samples.h"

struct decoding {
  struct guise_decoder *decoder;
  FILE *file;
  TIFF *tiff;
  struct tiff_samples form;
  uint32_t x, y, width;  // the rectangle
  int is_by_rows;        // strips that hold all samples of a pixel are decoded row by row, others as blocks
  int plane_count;
  uint32_t block_width, block_height;  // of a tile, or a strip of one plane
  size_t block_row_size;
  uint8_t *block;     // what libtiff decodes at a time: a row, or a block
  uint16_t *samples;  // unpacked rows as wide as the image: one, or all of a row of blocks
  uint32_t first_row, row_count;  // those that `samples` holds
  uint32_t next_row;              // the one that libtiff would decode next, if by rows
  int has_ended;                  // by an error
};

// Of the pixels of one tile: more than any real file has, unless its image is larger.
enum { largest_tile = 1 << 22 };

enum { largest_sample_count = 16 };  // of a pixel

static void end_decoding(void *state) {
  struct decoding *d = state;
  if (d->tiff) TIFFClose(d->tiff);
  free(d->block);
  free(d->samples);
  free(d);
}

// libtiff reports to the file's owner instead of the terminal.

static void note_error(thandle_t owner, const char *module, const char *format, va_list arguments) {
  (void)module;
  struct guise_decoder *decoder = ((struct decoding *)owner)->decoder;
  if (!decoder->message[0]) vsnprintf(decoder->message, sizeof decoder->message, format, arguments);
}

static void silence(void) {
  TIFFSetErrorHandler(NULL);
  TIFFSetWarningHandler(NULL);
  TIFFSetErrorHandlerExt(note_error);
}

static tmsize_t read_bytes(thandle_t owner, void *bytes, tmsize_t size) {
  return fread(bytes, 1, size, ((struct decoding *)owner)->file);
}

static tmsize_t write_nothing(thandle_t owner, void *bytes, tmsize_t size) {
  (void)owner, (void)bytes, (void)size;
  return 0;
}

static toff_t seek(thandle_t owner, toff_t offset, int origin) {
  FILE *file = ((struct decoding *)owner)->file;
  return fseek(file, (long)offset, origin) == 0 ? (toff_t)ftell(file) : (toff_t)-1;
}

static toff_t file_size(thandle_t owner) {
  FILE *file = ((struct decoding *)owner)->file;
  long position = ftell(file);
  fseek(file, 0, SEEK_END);
  long size = ftell(file);
  fseek(file, position, SEEK_SET);
  return size;
}

static int leave_open(thandle_t owner) {
  (void)owner;
  return 0;
}

static enum guise_codec_status read_palette(struct guise_decoder *decoder, struct decoding *d) {
  uint16_t *colors[3];
  if (d->form.depth > 8 || !TIFFGetField(d->tiff, TIFFTAG_COLORMAP, &colors[0], &colors[1], &colors[2])) {
    return decoding_failed(decoder, "it has no usable palette");
  }
  int count = 1 << d->form.depth, is_wide = 0;
  // Some programs write colours of 8 bits where those of 16 belong.
  for (int i = 0; i < count; i++) is_wide |= colors[0][i] > 255 || colors[1][i] > 255 || colors[2][i] > 255;
  for (int i = 0; i < count; i++) {
    for (int c = 0; c < 3; c++) d->form.palette[i][c] = is_wide ? colors[c][i] >> 8 : colors[c][i];
  }
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status read_colors(struct guise_decoder *decoder, struct decoding *d) {
  uint16_t photometric, compression = COMPRESSION_NONE, inks = INKSET_CMYK;
  if (!TIFFGetField(d->tiff, TIFFTAG_PHOTOMETRIC, &photometric)) {
    return decoding_failed(decoder, "it does not say what its samples mean");
  }
  TIFFGetFieldDefaulted(d->tiff, TIFFTAG_COMPRESSION, &compression);
  switch (photometric) {
    case PHOTOMETRIC_MINISBLACK: d->form.colors = TIFF_GRAY; break;
    case PHOTOMETRIC_MINISWHITE: d->form.colors = TIFF_GRAY_FROM_WHITE; break;
    case PHOTOMETRIC_RGB: d->form.colors = TIFF_RGB; break;
    case PHOTOMETRIC_PALETTE: d->form.colors = TIFF_PALETTE; return read_palette(decoder, d);
    case PHOTOMETRIC_SEPARATED:
      d->form.colors = TIFF_INKS;
      TIFFGetFieldDefaulted(d->tiff, TIFFTAG_INKSET, &inks);
      if (inks == INKSET_CMYK) break;
      return not_read(decoder, "its inks are not CMYK, and other inks are not read: convert it to RGB");
    case PHOTOMETRIC_YCBCR:
      if (compression == COMPRESSION_JPEG) {
        TIFFSetField(d->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        d->form.colors = TIFF_RGB;
        break;
      }
      return not_read(decoder, "YCbCr is read only in its JPEG compression: convert it to RGB");
    default: return not_read(decoder, "its colours (photometric %u) are not read: convert it to RGB", photometric);
  }
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status read_form(struct guise_decoder *decoder, struct decoding *d) {
  uint16_t depth = 1, count = 1, format = SAMPLEFORMAT_UINT, extra_count = 0, *extras = NULL;
  TIFFGetFieldDefaulted(d->tiff, TIFFTAG_BITSPERSAMPLE, &depth);
  TIFFGetFieldDefaulted(d->tiff, TIFFTAG_SAMPLESPERPIXEL, &count);
  TIFFGetFieldDefaulted(d->tiff, TIFFTAG_SAMPLEFORMAT, &format);
  TIFFGetFieldDefaulted(d->tiff, TIFFTAG_EXTRASAMPLES, &extra_count, &extras);
  if (depth < 1 || depth > 16 || (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID)) {
    return not_read(
        decoder, "its samples are %s of %u bits, and whole numbers of up to 16 are read: convert it",
        format == SAMPLEFORMAT_IEEEFP ? "floating-point numbers" : format == SAMPLEFORMAT_INT ? "signed numbers"
                                                                                              : "numbers", depth);
  }
  d->form.depth = depth;
  d->form.count = count;
  if (read_colors(decoder, d) != GUISE_CODEC_DONE) return GUISE_CODEC_FAILED;
  int color_count = d->form.colors == TIFF_RGB ? 3 : d->form.colors == TIFF_INKS ? 4 : 1;
  if (count < color_count || count > largest_sample_count) {
    return decoding_failed(decoder, "its pixels have %u samples, where %d are colours", count, color_count);
  }
  decoder->is_cmyk = d->form.colors == TIFF_INKS;
  int is_rgba = count == 4 && extra_count == 0 && d->form.colors == TIFF_RGB;
  if (count > color_count && !decoder->is_cmyk) {
    if (is_rgba || (extra_count > 0 && extras[0] == EXTRASAMPLE_UNASSALPHA)) d->form.alpha = TIFF_ALPHA;
    if (extra_count > 0 && extras[0] == EXTRASAMPLE_ASSOCALPHA) d->form.alpha = TIFF_ASSOCIATED_ALPHA;
  }
  decoder->channels = (d->form.colors == TIFF_PALETTE ? 3 : color_count) + (d->form.alpha != TIFF_OPAQUE);
  decoder->bit_depth = depth > 8 && !decoder->is_cmyk ? 16 : 8;
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status read_layout(struct guise_decoder *decoder, struct decoding *d) {
  uint16_t planes = PLANARCONFIG_CONTIG;
  TIFFGetFieldDefaulted(d->tiff, TIFFTAG_PLANARCONFIG, &planes);
  d->plane_count = planes == PLANARCONFIG_SEPARATE ? d->form.count : 1;
  uint64_t pixel_count = (uint64_t)decoder->width * decoder->height;
  if (TIFFIsTiled(d->tiff)) {
    TIFFGetField(d->tiff, TIFFTAG_TILEWIDTH, &d->block_width);
    TIFFGetField(d->tiff, TIFFTAG_TILELENGTH, &d->block_height);
    uint64_t tile = (uint64_t)d->block_width * d->block_height;
    if (tile < 1 || (tile > largest_tile && tile > 4 * pixel_count)) {
      return decoding_failed(decoder, "its tiles of %ux%u pixels make no sense", d->block_width, d->block_height);
    }
    d->block_row_size = TIFFTileRowSize(d->tiff);
  } else {
    TIFFGetFieldDefaulted(d->tiff, TIFFTAG_ROWSPERSTRIP, &d->block_height);
    if (d->block_height > decoder->height) d->block_height = decoder->height;
    if (d->block_height < 1) return decoding_failed(decoder, "its strips have no rows");
    d->block_width = decoder->width;
    d->is_by_rows = d->plane_count == 1;
    d->block_row_size = TIFFScanlineSize(d->tiff);
  }
  size_t bits = (size_t)d->block_width * (d->form.count / d->plane_count) * d->form.depth;
  if (d->block_row_size < (bits + 7) / 8) return decoding_failed(decoder, "its rows are of an unknown size");
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  (void)height;
  struct decoding *d = decoder->state;
  d->x = x;
  d->y = y;
  d->width = width;
  decoder->row_pixel_count = width;
  tmsize_t block_size = d->is_by_rows           ? TIFFScanlineSize(d->tiff)
                        : TIFFIsTiled(d->tiff) ? TIFFTileSize(d->tiff)
                                                : TIFFStripSize(d->tiff);
  size_t sample_count = (size_t)decoder->width * d->form.count;
  if (block_size > 0) d->block = calloc(1, block_size);
  d->samples = calloc(sample_count, sizeof *d->samples * (d->is_by_rows ? 1 : d->block_height));
  return d->block && d->samples ? GUISE_CODEC_DONE : decoding_failed(decoder, "out of memory");
}

// Decodes the blocks of one plane, or of all, that the rectangle needs of the row of blocks that holds row `y`.
static int decode_blocks(const struct guise_decoder *decoder, struct decoding *d, uint32_t y, int plane) {
  int sample_count = d->form.count / d->plane_count;
  uint32_t first_x = d->x - d->x % d->block_width;
  for (uint32_t x = first_x; x < d->x + d->width; x += d->block_width) {
    int is_tile = TIFFIsTiled(d->tiff);
    uint32_t index = is_tile ? TIFFComputeTile(d->tiff, x, y, 0, plane) : TIFFComputeStrip(d->tiff, y, plane);
    tmsize_t size = is_tile ? TIFFReadEncodedTile(d->tiff, index, d->block, -1)
                            : TIFFReadEncodedStrip(d->tiff, index, d->block, -1);
    if (size < 0) return 0;
    uint32_t width = decoder->width - x < d->block_width ? decoder->width - x : d->block_width;
    for (uint32_t row = 0; row < d->row_count && (tmsize_t)((row + 1) * d->block_row_size) <= size; row++) {
      uint16_t *target = d->samples + ((size_t)row * decoder->width + x) * d->form.count + plane;
      size_t stride = d->plane_count > 1 ? d->form.count : 1;
      unpack_samples(d->block + row * d->block_row_size, target, (size_t)width * sample_count, stride, d->form.depth);
    }
  }
  return 1;
}

// Makes sure that `samples` holds row `y`.
static int decode_row(const struct guise_decoder *decoder, struct decoding *d, uint32_t y) {
  if (y >= d->first_row && y - d->first_row < d->row_count) return 1;
  d->row_count = 0;
  if (d->is_by_rows) {
    // Rows of a strip follow each other; libtiff enters a strip only at its first.
    uint32_t strip_start = y - y % d->block_height;
    if (d->next_row < strip_start || d->next_row > y) d->next_row = strip_start;
    for (; d->next_row <= y; d->next_row++) {
      if (TIFFReadScanline(d->tiff, d->block, d->next_row, 0) < 0) return 0;
    }
    unpack_samples(d->block, d->samples, (size_t)decoder->width * d->form.count, 1, d->form.depth);
    d->first_row = y;
    d->row_count = 1;
    return 1;
  }
  d->first_row = y - y % d->block_height;
  uint32_t rest = decoder->height - d->first_row;
  d->row_count = rest < d->block_height ? rest : d->block_height;
  for (int plane = 0; plane < d->plane_count; plane++) {
    if (!decode_blocks(decoder, d, d->first_row, plane)) return 0;
  }
  return 1;
}

static enum guise_codec_status next(struct guise_decoder *decoder, void *rows, uint32_t count) {
  struct decoding *d = decoder->state;
  size_t row_size = (size_t)d->width * decoder->channels * (decoder->bit_depth / 8);
  uint32_t first = decoder->row, end = first + count;
  for (; decoder->row < end && !d->has_ended; decoder->row++) {
    uint32_t y = d->y + decoder->row;
    if (!decode_row(decoder, d, y)) {
      decoding_failed(decoder, "its pixels cannot be decoded");
      d->has_ended = 1;
      break;
    }
    size_t pixel = (size_t)(y - d->first_row) * decoder->width + d->x;
    convert_pixels(
        decoder, &d->form, d->samples + pixel * d->form.count, (uint8_t *)rows + (decoder->row - first) * row_size,
        d->width);
  }
  return decoder->row == end ? GUISE_CODEC_DONE : after_loss(decoder, rows, first, end);
}

enum guise_codec_status guise_tiff_open(struct guise_decoder *decoder, FILE *file, int is_lenient) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, silence);
  struct decoding *d = start_decoder(decoder, is_lenient, sizeof *d, end_decoding);
  if (!d) return GUISE_CODEC_FAILED;
  d->decoder = decoder;
  d->file = file;
  decoder->start = start;
  decoder->next = next;
  // Read only, not mapped to memory.
  d->tiff = TIFFClientOpen(
      "TIFF", "rm", d, read_bytes, write_nothing, seek, leave_open, file_size, NULL, NULL);
  if (!d->tiff) return decoding_failed(decoder, "its header cannot be read");
  if (!TIFFGetField(d->tiff, TIFFTAG_IMAGEWIDTH, &decoder->width) ||
      !TIFFGetField(d->tiff, TIFFTAG_IMAGELENGTH, &decoder->height) || decoder->width < 1 || decoder->height < 1 ||
      decoder->width > INT32_MAX || decoder->height > INT32_MAX) {
    return decoding_failed(decoder, "it does not say its size");
  }
  if (read_form(decoder, d) != GUISE_CODEC_DONE || read_layout(decoder, d) != GUISE_CODEC_DONE) {
    return GUISE_CODEC_FAILED;
  }
  decoder->message[0] = 0;  // errors in tags that are not needed
  return GUISE_CODEC_DONE;
}
