#include "png_trap.h"

#include "CImageCodecs.h"

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
