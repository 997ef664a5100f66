#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "CImageCodecs.h"

struct trap {
  jmp_buf landing;
  char *message;
};

static void fail(png_structp png, png_const_charp message) {
  struct trap *trap = png_get_error_ptr(png);
  snprintf(trap->message, GUISE_CODEC_MESSAGE_SIZE, "%s", message);
  longjmp(trap->landing, 1);
}

// What libpng only warns about leaves the pixels whole.
static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

struct input {
  const uint8_t *bytes;
  size_t left;
};

static void take(png_structp png, png_bytep bytes, size_t size) {
  struct input *input = png_get_io_ptr(png);
  if (size > input->left) png_error(png, "the file ends early");
  memcpy(bytes, input->bytes, size);
  input->bytes += size;
  input->left -= size;
}

static uint8_t *copy(png_structp png, const uint8_t *bytes, size_t size) {
  uint8_t *copy = malloc(size);
  if (!copy) png_error(png, "out of memory");
  return memcpy(copy, bytes, size);
}

static void copy_metadata(png_structp png, png_infop info, struct guise_decoded_image *image) {
  png_charp name;
  png_bytep bytes;
  png_uint_32 size;
  int compression;
  if (png_get_iCCP(png, info, &name, &compression, &bytes, &size) && size > 0) {
    image->icc_profile = copy(png, bytes, size);
    image->icc_profile_size = size;
  }
  if (png_get_eXIf_1(png, info, &size, &bytes) && size > 0) {
    image->exif = copy(png, bytes, size);
    image->exif_size = size;
  }
}

static int is_little_endian(void) {
  const uint16_t one = 1;
  return *(const uint8_t *)&one;
}

// Kept in one place so that what a jump must free is never in a register.
struct decoding {
  struct trap trap;
  struct input input;
  png_structp png;
  png_infop info;
  png_bytepp rows;
};

static void end_decoding(struct decoding *d) {
  free(d->rows);
  png_destroy_read_struct(&d->png, &d->info, NULL);
}

enum guise_codec_status guise_decode_png(
    const uint8_t *bytes, size_t size, uint64_t largest_pixel_count, struct guise_decoded_image *image) {
  struct decoding d = {.trap = {.message = image->message}, .input = {bytes, size}};
  memset(image, 0, sizeof *image);
  if (setjmp(d.trap.landing)) {
    end_decoding(&d);
    guise_decoded_image_free(image);
    return GUISE_CODEC_FAILED;
  }
  d.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &d.trap, fail, ignore);
  d.info = d.png ? png_create_info_struct(d.png) : NULL;
  if (!d.info) {
    end_decoding(&d);
    snprintf(image->message, sizeof image->message, "libpng cannot start");
    return GUISE_CODEC_FAILED;
  }
  png_set_read_fn(d.png, &d.input, take);
  png_set_user_limits(d.png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the bound is below
  png_read_info(d.png, d.info);

  image->width = png_get_image_width(d.png, d.info);
  image->height = png_get_image_height(d.png, d.info);
  if ((uint64_t)image->width * image->height > largest_pixel_count) {
    end_decoding(&d);
    return GUISE_CODEC_TOO_LARGE;
  }
  png_set_expand(d.png);
  if (is_little_endian()) png_set_swap(d.png);
  png_set_interlace_handling(d.png);
  png_read_update_info(d.png, d.info);
  image->channels = png_get_channels(d.png, d.info);
  image->bit_depth = png_get_bit_depth(d.png, d.info);

  size_t row_size = png_get_rowbytes(d.png, d.info);
  image->pixels = malloc(row_size * image->height);
  d.rows = malloc(sizeof(png_bytep) * image->height);
  if (!image->pixels || !d.rows) png_error(d.png, "out of memory");
  for (uint32_t y = 0; y < image->height; y++) d.rows[y] = (png_bytep)image->pixels + row_size * y;
  png_read_image(d.png, d.rows);
  png_read_end(d.png, d.info);
  copy_metadata(d.png, d.info, image);
  end_decoding(&d);
  return GUISE_CODEC_DONE;
}

struct encoding {
  struct trap trap;
  png_structp png;
  png_infop info;
  uint8_t *bytes;
  size_t size, capacity;
};

static void give(png_structp png, png_bytep bytes, size_t size) {
  struct encoding *e = png_get_io_ptr(png);
  if (size > e->capacity - e->size) {
    size_t capacity = 2 * e->capacity + size;
    uint8_t *larger = realloc(e->bytes, capacity);
    if (!larger) png_error(png, "out of memory");
    e->bytes = larger;
    e->capacity = capacity;
  }
  memcpy(e->bytes + e->size, bytes, size);
  e->size += size;
}

static void flush(png_structp png) { (void)png; }

static int color_type(int channels) {
  switch (channels) {
    case 1: return PNG_COLOR_TYPE_GRAY;
    case 2: return PNG_COLOR_TYPE_GRAY_ALPHA;
    case 3: return PNG_COLOR_TYPE_RGB;
    default: return PNG_COLOR_TYPE_RGB_ALPHA;
  }
}

enum guise_codec_status guise_encode_png(
    const struct guise_image_source *image, struct guise_encoded_image *encoded) {
  struct encoding e = {.trap = {.message = encoded->message}};
  memset(encoded, 0, sizeof *encoded);
  if (setjmp(e.trap.landing)) {
    png_destroy_write_struct(&e.png, &e.info);
    free(e.bytes);
    return GUISE_CODEC_FAILED;
  }
  e.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &e.trap, fail, ignore);
  e.info = e.png ? png_create_info_struct(e.png) : NULL;
  if (!e.info) {
    png_destroy_write_struct(&e.png, &e.info);
    snprintf(encoded->message, sizeof encoded->message, "libpng cannot start");
    return GUISE_CODEC_FAILED;
  }
  png_set_benign_errors(e.png, 1);  // a colour profile that libpng dislikes is left out
  png_set_write_fn(e.png, &e, give, flush);
  png_set_IHDR(
      e.png, e.info, image->width, image->height, image->bit_depth, color_type(image->channels), PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (image->icc_profile_size > 0) {
    png_set_iCCP(
        e.png, e.info, "ICC profile", PNG_COMPRESSION_TYPE_BASE, image->icc_profile,
        (png_uint_32)image->icc_profile_size);
  }
  if (image->exif_size > 0) {
    png_set_eXIf_1(e.png, e.info, (png_uint_32)image->exif_size, (png_bytep)image->exif);
  }
  png_set_compression_level(e.png, 3);  // on photos smaller files than zlib's default of 6, in half the time
  png_write_info(e.png, e.info);
  if (image->bit_depth == 16 && is_little_endian()) png_set_swap(e.png);
  size_t row_size = (size_t)image->width * image->channels * (image->bit_depth / 8);
  for (uint32_t y = 0; y < image->height; y++) {
    png_write_row(e.png, (png_const_bytep)image->pixels + row_size * y);
  }
  png_write_end(e.png, e.info);
  png_destroy_write_struct(&e.png, &e.info);
  encoded->bytes = e.bytes;
  encoded->size = e.size;
  return GUISE_CODEC_DONE;
}
