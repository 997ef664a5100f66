#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>

#include "byte_order.h"
#include "decoder.h"

struct decoding {
  FILE *file;
  long file_size;
  struct heif_context *context;
  struct heif_image_handle *handle;
  struct heif_image *decoded;
  struct whole_image image;
};

enum {
  largest_side = 1 << 15,  // libheif allocates no more for what a file claims
  largest_item_count = 16  // metadata of one type
};

static void end_decoding(void *state) {
  struct decoding *d = state;
  heif_image_release(d->decoded);
  heif_image_handle_release(d->handle);
  heif_context_free(d->context);
  free(d->image.pixels);
  free(d);
}

static int64_t position(void *state) { return ftell(((struct decoding *)state)->file); }

static int read_bytes(void *bytes, size_t size, void *state) {
  return fread(bytes, 1, size, ((struct decoding *)state)->file) != size;
}

static int seek(int64_t position, void *state) { return fseek(((struct decoding *)state)->file, position, SEEK_SET); }

static enum heif_reader_grow_status wait_for_size(int64_t size, void *state) {
  return size <= ((struct decoding *)state)->file_size ? heif_reader_grow_status_size_reached
                                                       : heif_reader_grow_status_size_beyond_eof;
}

static const struct heif_reader reader = {1, position, read_bytes, seek, wait_for_size};

static enum guise_codec_status failed(struct guise_decoder *decoder, struct heif_error error) {
  if (error.code == heif_error_Unsupported_feature || error.code == heif_error_Unsupported_filetype) {
    return not_read(decoder, "libheif says: %s", error.message ? error.message : "an error without a name");
  }
  return decoding_failed(decoder, "libheif says: %s", error.message ? error.message : "an error without a name");
}

// Samples of 9 to 16 bits, in the machine's byte order, as 16 bits.
static void widen(uint16_t *samples, size_t count, int depth) {
  uint32_t largest = (1u << depth) - 1;
  for (size_t i = 0; i < count; i++) {
    uint32_t sample = samples[i] < largest ? samples[i] : largest;
    samples[i] = (sample * 65535 + largest / 2) / largest;
  }
}

static void divide_by_alpha(struct guise_decoder *decoder, uint8_t *pixels) {
  size_t count = (size_t)decoder->width * decoder->height;
  uint16_t *wide = (uint16_t *)pixels;
  for (size_t i = 0; i < 4 * count; i += 4) {
    if (decoder->bit_depth == 8) {
      for (int c = 0; c < 3; c++) pixels[i + c] = divided_by_alpha(pixels[i + c], pixels[i + 3], 255);
    } else {
      for (int c = 0; c < 3; c++) wide[i + c] = divided_by_alpha(wide[i + c], wide[i + 3], 65535);
    }
  }
}

static enum guise_codec_status decode(struct guise_decoder *decoder, struct decoding *d) {
  int is_wide = decoder->bit_depth == 16, has_alpha = decoder->channels == 4;
  enum heif_chroma layout = has_alpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  if (is_wide && is_little_endian()) {
    layout = has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE : heif_chroma_interleaved_RRGGBB_LE;
  } else if (is_wide) {
    layout = has_alpha ? heif_chroma_interleaved_RRGGBBAA_BE : heif_chroma_interleaved_RRGGBB_BE;
  }
  struct heif_decoding_options *options = heif_decoding_options_alloc();
  if (!options) return decoding_failed(decoder, "out of memory");
  options->strict_decoding = !decoder->is_lenient;
  struct heif_error error = heif_decode_image(d->handle, &d->decoded, heif_colorspace_RGB, layout, options);
  heif_decoding_options_free(options);
  if (error.code != heif_error_Ok) return failed(decoder, error);

  int stride = 0;
  const uint8_t *rows = heif_image_get_plane_readonly(d->decoded, heif_channel_interleaved, &stride);
  size_t row_size = (size_t)decoder->width * decoder->channels * (decoder->bit_depth / 8);
  int width = heif_image_get_width(d->decoded, heif_channel_interleaved);
  int height = heif_image_get_height(d->decoded, heif_channel_interleaved);
  int depth = heif_image_get_bits_per_pixel_range(d->decoded, heif_channel_interleaved);
  if (!rows || width != (int)decoder->width || height != (int)decoder->height || (size_t)stride < row_size ||
      (is_wide ? depth < 9 || depth > 16 : depth != 8)) {
    return decoding_failed(decoder, "its pixels are not of the size or depth that its header states");
  }
  d->image.pixels = malloc(row_size * height);
  if (!d->image.pixels) return decoding_failed(decoder, "out of memory");
  for (int y = 0; y < height; y++) memcpy(d->image.pixels + y * row_size, rows + (size_t)y * stride, row_size);
  heif_image_release(d->decoded);
  d->decoded = NULL;
  if (is_wide) widen((uint16_t *)d->image.pixels, row_size / 2 * height, depth);
  if (has_alpha && heif_image_handle_is_premultiplied_alpha(d->handle)) divide_by_alpha(decoder, d->image.pixels);
  d->image.complete = height;
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  (void)height;
  struct decoding *d = decoder->state;
  d->image.x = x;
  d->image.y = y;
  decoder->row_pixel_count = width;
  return decode(decoder, d);
}

static enum guise_codec_status next(struct guise_decoder *decoder, void *rows, uint32_t count) {
  return copy_rows(decoder, &((struct decoding *)decoder->state)->image, rows, count);
}

enum guise_codec_status guise_heif_open(struct guise_decoder *decoder, FILE *file, int is_lenient) {
  struct decoding *d = start_decoder(decoder, is_lenient, sizeof *d, end_decoding);
  if (!d) return GUISE_CODEC_FAILED;
  decoder->start = start;
  decoder->next = next;
  d->file = file;
  if (fseek(file, 0, SEEK_END) != 0) return decoding_failed(decoder, "it cannot be searched");
  d->file_size = ftell(file);
  rewind(file);
  d->context = heif_context_alloc();
  if (!d->context) return decoding_failed(decoder, "out of memory");
  heif_context_set_maximum_image_size_limit(d->context, largest_side);
  struct heif_error error = heif_context_read_from_reader(d->context, &reader, d, NULL);
  if (error.code != heif_error_Ok) return failed(decoder, error);
  error = heif_context_get_primary_image_handle(d->context, &d->handle);
  if (error.code != heif_error_Ok) return failed(decoder, error);
  int width = heif_image_handle_get_width(d->handle), height = heif_image_handle_get_height(d->handle);
  int depth = heif_image_handle_get_luma_bits_per_pixel(d->handle);
  if (width < 1 || height < 1 || depth > 16) return decoding_failed(decoder, "its header makes no sense");
  decoder->width = width;
  decoder->height = height;
  decoder->channels = heif_image_handle_has_alpha_channel(d->handle) ? 4 : 3;
  decoder->bit_depth = depth > 8 ? 16 : 8;
  return GUISE_CODEC_DONE;
}

// EXIF's begins with the offset of its byte order mark from the end of that number.
static size_t without_offset(uint8_t *bytes, size_t size) {
  if (size < 4) return 0;
  size_t offset = (size_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
  if (offset >= size - 4) return 0;
  memmove(bytes, bytes + 4 + offset, size - 4 - offset);
  return size - 4 - offset;
}

static heif_item_id metadata_item(const struct heif_image_handle *handle, enum guise_heif_part part) {
  heif_item_id items[largest_item_count];
  const char *type = part == GUISE_HEIF_EXIF ? "Exif" : "mime";
  int count = heif_image_handle_get_list_of_metadata_block_IDs(handle, type, items, largest_item_count);
  for (int i = 0; i < count; i++) {
    const char *content = heif_image_handle_get_metadata_content_type(handle, items[i]);
    if (part == GUISE_HEIF_EXIF || (content && !strcmp(content, "application/rdf+xml"))) return items[i];
  }
  return 0;
}

size_t guise_heif_part(const struct guise_decoder *decoder, enum guise_heif_part part, size_t limit, uint8_t **bytes) {
  const struct heif_image_handle *handle = ((struct decoding *)decoder->state)->handle;
  heif_item_id item = part == GUISE_HEIF_PROFILE ? 0 : metadata_item(handle, part);
  if (part != GUISE_HEIF_PROFILE && item == 0) return 0;
  size_t size = item ? heif_image_handle_get_metadata_size(handle, item)
                     : heif_image_handle_get_raw_color_profile_size(handle);
  if (size == 0 || size > limit || !(*bytes = malloc(size))) return 0;
  struct heif_error error = item ? heif_image_handle_get_metadata(handle, item, *bytes)
                                 : heif_image_handle_get_raw_color_profile(handle, *bytes);
  if (error.code == heif_error_Ok && part == GUISE_HEIF_EXIF) size = without_offset(*bytes, size);
  if (error.code == heif_error_Ok && size > 0) return size;
  free(*bytes);
  return 0;
}

void guise_heif_colors(const struct guise_decoder *decoder, int *primaries, int *transfer) {
  struct heif_color_profile_nclx *colors = NULL;
  *primaries = *transfer = 2;
  heif_image_handle_get_nclx_color_profile(((struct decoding *)decoder->state)->handle, &colors);
  if (!colors) return;
  *primaries = colors->color_primaries;
  *transfer = colors->transfer_characteristics;
  heif_nclx_color_profile_free(colors);
}

int guise_has_hevc_decoder(void) { return heif_have_decoder_for_format(heif_compression_HEVC); }

int guise_has_av1_decoder(void) { return heif_have_decoder_for_format(heif_compression_AV1); }
