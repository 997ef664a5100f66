#include <stdlib.h>
#include <string.h>

#include <webp/encode.h>
#include <webp/mux.h>

#include "encoder.h"

const uint32_t guise_webp_largest_side = WEBP_MAX_DIMENSION;

struct encoding {
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter writer;
  WebPMux *mux;  // holds the segments
  int channels;
  uint32_t row;
};

static void end_encoding(void *state) {
  struct encoding *e = state;
  WebPPictureFree(&e->picture);
  WebPMemoryWriterClear(&e->writer);
  WebPMuxDelete(e->mux);
  free(e);
}

static enum guise_codec_status failed(struct guise_encoder *encoder, const char *reason) {
  snprintf(encoder->message, sizeof encoder->message, "%s", reason);
  return GUISE_CODEC_FAILED;
}

static enum guise_codec_status add(struct guise_encoder *encoder, const void *rows, uint32_t count) {
  struct encoding *e = encoder->state;
  const uint8_t *sample = rows;
  for (uint32_t end = e->row + count; e->row < end; e->row++) {
    uint32_t *pixels = e->picture.argb + (size_t)e->row * e->picture.argb_stride;
    for (int x = 0; x < e->picture.width; x++, sample += e->channels) {
      int has_color = e->channels >= 3;
      uint32_t red = sample[0], green = has_color ? sample[1] : red, blue = has_color ? sample[2] : red;
      uint32_t alpha = e->channels % 2 == 0 ? sample[e->channels - 1] : 0xff;
      pixels[x] = alpha << 24 | red << 16 | green << 8 | blue;
    }
  }
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status end(struct guise_encoder *encoder) {
  struct encoding *e = encoder->state;
  if (!WebPEncode(&e->config, &e->picture)) {
    return failed(
        encoder, e->picture.error_code == VP8_ENC_ERROR_PARTITION0_OVERFLOW ||
                e->picture.error_code == VP8_ENC_ERROR_PARTITION_OVERFLOW
            ? "it has more detail than WebP has room for: choose a lower quality, or 100, which is lossless"
            : "libwebp runs out of memory");
  }
  WebPPictureFree(&e->picture);
  WebPData image = {e->writer.mem, e->writer.size}, file;
  if (WebPMuxSetImage(e->mux, &image, 0) != WEBP_MUX_OK || WebPMuxAssemble(e->mux, &file) != WEBP_MUX_OK) {
    return failed(encoder, "libwebp cannot put it together");
  }
  int is_appended = append_encoded(encoder, file.bytes, file.size);
  WebPDataClear(&file);
  return is_appended ? GUISE_CODEC_DONE : failed(encoder, "out of memory");
}

enum guise_codec_status guise_webp_begin(
    struct guise_encoder *encoder, const struct guise_image_header *image, int quality) {
  memset(encoder, 0, sizeof *encoder);
  struct encoding *e = calloc(1, sizeof *e);
  if (!e) return failed(encoder, "out of memory");
  encoder->state = e;
  encoder->free_state = end_encoding;
  encoder->add = add;
  encoder->end = end;
  WebPMemoryWriterInit(&e->writer);
  e->mux = WebPMuxNew();
  if (!e->mux || !WebPPictureInit(&e->picture) || !WebPConfigInit(&e->config)) {
    return failed(encoder, "libwebp cannot start");
  }
  if (quality < 100) {
    e->config.quality = quality;
    e->config.use_sharp_yuv = quality >= 90;  // colour has half the resolution: this keeps its edges
  } else {
    WebPConfigLosslessPreset(&e->config, 4);
    e->config.exact = 1;  // colours under transparency too
  }
  e->channels = image->channels;
  e->picture.use_argb = 1;
  e->picture.width = image->width;
  e->picture.height = image->height;
  e->picture.writer = WebPMemoryWrite;
  e->picture.custom_ptr = &e->writer;
  for (size_t i = 0; i < image->segment_count; i++) {
    const struct guise_segment *segment = &image->segments[i];
    WebPData data = {segment->bytes, segment->size};
    if (WebPMuxSetChunk(e->mux, (const char *)segment->kind, &data, 1) != WEBP_MUX_OK) {
      return failed(encoder, "libwebp cannot add its metadata");
    }
  }
  return WebPPictureAlloc(&e->picture) ? GUISE_CODEC_DONE : failed(encoder, "out of memory");
}
