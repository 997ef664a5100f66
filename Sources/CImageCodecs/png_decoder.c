#include "png_trap.h"

#include "decoder.h"

struct decoding {
  struct trap trap;
  FILE *file;
  png_structp png;
  png_infop info;
  int pass_count;
  png_bytep rows;
};

static void end_decoding(void *state) {
  struct decoding *d = state;
  png_destroy_read_struct(&d->png, &d->info, NULL);
  free(d->rows);
  free(d);
}

static void take(png_structp png, png_bytep bytes, size_t size) {
  FILE *file = png_get_io_ptr(png);
  if (fread(bytes, 1, size, file) != size) png_error(png, "the file ends early");
}

static uint8_t *copy(png_structp png, const uint8_t *bytes, size_t size) {
  uint8_t *copy = copy_bytes(bytes, size);
  if (!copy) png_error(png, "out of memory");
  return copy;
}

// EXIF data may also stand behind the pixels. What follows is left for libpng to complain of.
static void copy_late_exif(struct decoding *d, struct guise_decoder *decoder) {
  enum { length_size = 4, frame_size = 12 };  // a chunk is its length, its name, that many bytes and a checksum
  long place = ftell(d->file);
  // libpng has read the first IDAT's length and name.
  long chunk = place - 2 * length_size;
  uint8_t start[2 * length_size];
  while (fseek(d->file, chunk, SEEK_SET) == 0 && fread(start, 1, sizeof start, d->file) == sizeof start) {
    uint32_t size = png_get_uint_32(start);
    if (size > PNG_UINT_31_MAX || memcmp(start + length_size, "IEND", 4) == 0) break;
    if (memcmp(start + length_size, "eXIf", 4) == 0 && size > 0) {
      uint8_t *exif = malloc(size);
      if (exif && fread(exif, 1, size, d->file) == size) {
        decoder->exif = exif;
        decoder->exif_size = size;
      } else {
        free(exif);
      }
      break;
    }
    chunk += frame_size + (long)size;
  }
  fseek(d->file, place, SEEK_SET);
}

static void copy_metadata(struct decoding *d, struct guise_decoder *decoder) {
  png_charp name;
  png_bytep bytes;
  png_uint_32 size;
  int compression;
  if (png_get_iCCP(d->png, d->info, &name, &compression, &bytes, &size) && size > 0) {
    decoder->icc_profile = copy(d->png, bytes, size);
    decoder->icc_profile_size = size;
  }
  if (!png_get_eXIf_1(d->png, d->info, &size, &bytes)) {
    copy_late_exif(d, decoder);
  } else if (size > 0) {
    decoder->exif = copy(d->png, bytes, size);
    decoder->exif_size = size;
  }
}

enum guise_codec_status guise_png_open(struct guise_decoder *decoder, FILE *file) {
  struct decoding *d = start_decoder(decoder, sizeof *d, end_decoding);
  if (!d) return GUISE_CODEC_FAILED;
  d->file = file;
  d->trap.message = decoder->message;
  if (setjmp(d->trap.landing)) return GUISE_CODEC_FAILED;
  d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d->trap, fail, ignore);
  d->info = d->png ? png_create_info_struct(d->png) : NULL;
  if (!d->info) {
    snprintf(decoder->message, sizeof decoder->message, "libpng cannot start");
    return GUISE_CODEC_FAILED;
  }
  png_set_read_fn(d->png, file, take);
  png_set_user_limits(d->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the bound is the caller's
  png_read_info(d->png, d->info);
  copy_metadata(d, decoder);
  png_set_expand(d->png);
  if (is_little_endian()) png_set_swap(d->png);
  d->pass_count = png_set_interlace_handling(d->png);
  png_read_update_info(d->png, d->info);
  decoder->width = png_get_image_width(d->png, d->info);
  decoder->height = png_get_image_height(d->png, d->info);
  decoder->channels = png_get_channels(d->png, d->info);
  decoder->bit_depth = png_get_bit_depth(d->png, d->info);
  return GUISE_CODEC_DONE;
}

enum guise_codec_status guise_png_read(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height, void *pixels) {
  struct decoding *d = decoder->state;
  if (setjmp(d->trap.landing)) return GUISE_CODEC_FAILED;
  size_t row_size = png_get_rowbytes(d->png, d->info);
  size_t pixel_size = (size_t)decoder->channels * (decoder->bit_depth / 8);
  // Every pass of an interlaced file adds pixels to rows, which are kept until the last; the first one is for the rest.
  size_t kept = d->pass_count > 1 ? height : 0;
  d->rows = calloc(kept + 1, row_size);
  if (!d->rows) png_error(d->png, "out of memory");
  for (int pass = 0; pass < d->pass_count; pass++) {
    int is_last = pass == d->pass_count - 1;
    for (uint32_t i = 0; i < (is_last ? y + height : decoder->height); i++) {
      int is_wanted = i >= y && i - y < height;
      png_bytep row = d->rows + (is_wanted && kept > 0 ? i - y + 1 : 0) * row_size;
      png_read_row(d->png, row, NULL);
      if (is_wanted && is_last) {
        memcpy((png_bytep)pixels + (i - y) * (width * pixel_size), row + x * pixel_size, width * pixel_size);
      }
    }
  }
  if (y + height == decoder->height) png_read_end(d->png, NULL);
  return GUISE_CODEC_DONE;
}
