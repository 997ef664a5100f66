#include "png_trap.h"

#include "byte_order.h"
#include "encoder.h"

struct encoding {
  struct trap trap;
  png_structp png;
  png_infop info;
  size_t row_size;
};

static void end_encoding(void *state) {
  struct encoding *e = state;
  png_destroy_write_struct(&e->png, &e->info);
  free(e);
}

static void append_bytes(png_structp png, png_bytep bytes, size_t size) {
  if (!append_encoded(png_get_io_ptr(png), bytes, size)) png_error(png, "out of memory");
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

static enum guise_codec_status add(struct guise_encoder *encoder, const void *rows, uint32_t count);
static enum guise_codec_status end(struct guise_encoder *encoder);

enum guise_codec_status guise_png_begin(struct guise_encoder *encoder, const struct guise_image_header *image) {
  memset(encoder, 0, sizeof *encoder);
  struct encoding *e = calloc(1, sizeof *e);
  if (!e) {
    snprintf(encoder->message, sizeof encoder->message, "out of memory");
    return GUISE_CODEC_FAILED;
  }
  encoder->state = e;
  encoder->free_state = end_encoding;
  encoder->add = add;
  encoder->end = end;
  e->trap.message = encoder->message;
  if (setjmp(e->trap.landing)) return GUISE_CODEC_FAILED;
  e->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &e->trap, fail, ignore);
  e->info = e->png ? png_create_info_struct(e->png) : NULL;
  if (!e->info) {
    snprintf(encoder->message, sizeof encoder->message, "libpng cannot start");
    return GUISE_CODEC_FAILED;
  }
  png_set_user_limits(e->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // rows are streamed, so any size is fine
  png_set_write_fn(e->png, encoder, append_bytes, flush);
  png_set_IHDR(
      e->png, e->info, image->width, image->height, image->bit_depth, color_type(image->channels), PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(e->png, 3);  // for photos, smaller files than zlib's default of 6 in half the time
  png_write_info(e->png, e->info);
  for (size_t i = 0; i < image->segment_count; i++) {
    const struct guise_segment *segment = &image->segments[i];
    png_write_chunk(e->png, segment->kind, segment->bytes, segment->size);
  }
  if (image->bit_depth == 16 && is_little_endian()) png_set_swap(e->png);
  e->row_size = (size_t)image->width * image->channels * (image->bit_depth / 8);
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status add(struct guise_encoder *encoder, const void *rows, uint32_t count) {
  struct encoding *e = encoder->state;
  if (setjmp(e->trap.landing)) return GUISE_CODEC_FAILED;
  for (uint32_t y = 0; y < count; y++) png_write_row(e->png, (png_const_bytep)rows + e->row_size * y);
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status end(struct guise_encoder *encoder) {
  struct encoding *e = encoder->state;
  if (setjmp(e->trap.landing)) return GUISE_CODEC_FAILED;
  png_write_end(e->png, e->info);
  return GUISE_CODEC_DONE;
}
