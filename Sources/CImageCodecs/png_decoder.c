#include "png_trap.h"

#include "byte_order.h"
#include "decoder.h"

struct decoding {
  struct trap trap;  // first, so that libpng's pointer to it also points to this struct
  struct guise_decoder *decoder;
  png_structp png;
  png_infop info;
  uint32_t x, y, width, height;  // the rectangle
  size_t row_size, pixel_size;
  // One row; or, for an interlaced file, whose passes complete the rows gradually, one row for all those outside the
  // rectangle, then the rectangle's rows.
  png_bytep rows;
  int is_interlaced;
  int has_ended;  // by an error: libpng cannot go on
};

// How many bytes libpng reads at a time: if a file ends early, up to this many of its last bytes are lost.
enum { lenient_step = 64 };

static void end_decoding(void *state) {
  struct decoding *d = state;
  png_destroy_read_struct(&d->png, &d->info, NULL);
  free(d->rows);
  free(d);
}

static void read_bytes(png_structp png, png_bytep bytes, size_t size) {
  FILE *file = png_get_io_ptr(png);
  if (fread(bytes, 1, size, file) != size) png_error(png, "the file ends early");
}

// Wrong checksums are warnings in a lenient decoder, which get here, and errors in a strict one, which do not.
static void note_wrong_checksum(png_structp png, png_const_charp message) {
  struct guise_decoder *decoder = ((struct decoding *)png_get_error_ptr(png))->decoder;
  if (decoder->has_loss || !strstr(message, "CRC")) return;
  snprintf(decoder->message, sizeof decoder->message, "%s", message);
  note_loss(decoder);
}

static int channel_count(png_structp png, png_infop info) {
  int has_transparency = png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  switch (png_get_color_type(png, info)) {
    case PNG_COLOR_TYPE_GRAY: return has_transparency ? 2 : 1;
    case PNG_COLOR_TYPE_GRAY_ALPHA: return 2;
    case PNG_COLOR_TYPE_RGB_ALPHA: return 4;
    default: return has_transparency ? 4 : 3;
  }
}

static enum guise_codec_status start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
static enum guise_codec_status next(struct guise_decoder *decoder, void *rows, uint32_t count);

enum guise_codec_status guise_png_open(struct guise_decoder *decoder, FILE *file, int is_lenient) {
  struct decoding *d = start_decoder(decoder, is_lenient, sizeof *d, end_decoding);
  if (!d) return GUISE_CODEC_FAILED;
  d->decoder = decoder;
  decoder->start = start;
  decoder->next = next;
  d->trap.message = decoder->message;
  if (setjmp(d->trap.landing)) return GUISE_CODEC_FAILED;
  d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d->trap, fail, note_wrong_checksum);
  d->info = d->png ? png_create_info_struct(d->png) : NULL;
  if (!d->info) {
    snprintf(decoder->message, sizeof decoder->message, "libpng cannot start");
    return GUISE_CODEC_FAILED;
  }
  png_set_read_fn(d->png, file, read_bytes);
  png_set_user_limits(d->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller limits sizes
  // Chunks that are not needed for the pixels are skipped, whether libpng knows them or not.
  png_set_keep_unknown_chunks(d->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  if (is_lenient) {
    png_set_crc_action(d->png, PNG_CRC_WARN_USE, PNG_CRC_WARN_USE);
    png_set_compression_buffer_size(d->png, lenient_step);
  }
  png_read_info(d->png, d->info);
  decoder->width = png_get_image_width(d->png, d->info);
  decoder->height = png_get_image_height(d->png, d->info);
  decoder->channels = channel_count(d->png, d->info);
  decoder->bit_depth = png_get_bit_depth(d->png, d->info) == 16 ? 16 : 8;
  return GUISE_CODEC_DONE;
}

static void read_passes(struct guise_decoder *decoder, struct decoding *d, int pass_count) {
  for (int pass = 0; pass < pass_count; pass++) {
    for (uint32_t i = 0; i < decoder->height; i++) {
      int is_wanted = i >= d->y && i - d->y < d->height;
      // As a display row, in which the pixels of later passes are filled with their neighbours' values.
      png_read_row(d->png, NULL, d->rows + (is_wanted ? (size_t)(i - d->y) + 1 : 0) * d->row_size);
      decoder->skipped_row_count = 1;
    }
  }
}

static enum guise_codec_status start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  struct decoding *d = decoder->state;
  if (setjmp(d->trap.landing)) {
    d->has_ended = 1;
    if (!decoder->is_lenient) return GUISE_CODEC_FAILED;
    note_loss(decoder);
    // Even the first passes of an interlaced image cover all of it, at a lower resolution.
    return decoder->skipped_row_count > 0 ? GUISE_CODEC_DONE : GUISE_CODEC_FAILED;
  }
  png_set_expand(d->png);
  if (is_little_endian()) png_set_swap(d->png);
  int pass_count = png_set_interlace_handling(d->png);
  png_read_update_info(d->png, d->info);
  d->x = x;
  d->y = y;
  d->width = width;
  d->height = height;
  d->row_size = png_get_rowbytes(d->png, d->info);
  d->pixel_size = (size_t)decoder->channels * (decoder->bit_depth / 8);
  if (d->row_size != decoder->width * d->pixel_size) png_error(d->png, "its rows are of an unknown size");
  decoder->row_pixel_count = width;
  d->is_interlaced = pass_count > 1;
  size_t row_count = d->is_interlaced ? (size_t)height + 1 : 1;
  png_bytep rows = malloc(row_count * d->row_size);
  if (!rows) png_error(d->png, "out of memory");
  fill_gray(decoder, rows, row_count * decoder->width);
  d->rows = rows;
  if (d->is_interlaced) {
    read_passes(decoder, d, pass_count);
  } else {
    for (; decoder->skipped_row_count < y; decoder->skipped_row_count++) png_read_row(d->png, d->rows, NULL);
  }
  return GUISE_CODEC_DONE;
}

static void copy_part(struct guise_decoder *decoder, struct decoding *d, png_const_bytep row, png_bytep target) {
  memcpy(target, row + d->x * d->pixel_size, d->width * d->pixel_size);
  decoder->row++;
}

static enum guise_codec_status next(struct guise_decoder *decoder, void *rows, uint32_t count) {
  struct decoding *d = decoder->state;
  // No local variable changes after setjmp: its value would be indeterminate after longjmp.
  const uint32_t first = decoder->row, end = first + count;
  const size_t part_size = d->width * d->pixel_size;
  if (setjmp(d->trap.landing)) {
    d->has_ended = 1;
    return after_loss(decoder, rows, first, end);
  }
  if (d->is_interlaced) {
    while (decoder->row < end) {
      png_bytep row = d->rows + ((size_t)decoder->row + 1) * d->row_size;
      copy_part(decoder, d, row, (png_bytep)rows + (decoder->row - first) * part_size);
    }
  } else if (d->has_ended) {
    return after_loss(decoder, rows, first, end);
  } else {
    while (decoder->row < end) {
      png_read_row(d->png, d->rows, NULL);
      copy_part(decoder, d, d->rows, (png_bytep)rows + (decoder->row - first) * part_size);
    }
  }
  if (!d->has_ended && decoder->row == d->height && d->y + d->height == decoder->height) png_read_end(d->png, NULL);
  return GUISE_CODEC_DONE;
}
