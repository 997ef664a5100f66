#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "decoder.h"

struct decoding {
  FILE *file;
  int is_animated;
  long stated_size;  // without what may follow the image in the file
  uint8_t *bytes;    // the whole file
  size_t size;
  struct whole_image image;
};

// Enough for the headers of a file: libwebp reports an extended file's size from its first chunk.
enum { beginning_size = 64 };

// How many bytes of a file libwebp is given at a time, so that it stops where the rectangle ends.
enum { step = 1 << 16 };

static void end_decoding(void *state) {
  struct decoding *d = state;
  free(d->bytes);
  free(d->image.pixels);
  free(d);
}

static enum guise_codec_status read_file(struct guise_decoder *decoder, struct decoding *d) {
  if (fseek(d->file, 0, SEEK_END) != 0) return decoding_failed(decoder, "it cannot be searched");
  long size = ftell(d->file);
  rewind(d->file);
  if (size > d->stated_size) size = d->stated_size;
  d->bytes = size > 0 ? malloc(size) : NULL;
  if (!d->bytes) return decoding_failed(decoder, "out of memory");
  d->size = fread(d->bytes, 1, size, d->file);
  return GUISE_CODEC_DONE;
}

static const char *reason(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY: return "out of memory";
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED: return "the file ends early";
    case VP8_STATUS_UNSUPPORTED_FEATURE: return "it uses what libwebp does not know";
    default: return "its pixels cannot be decoded";
  }
}

// Decodes until `needed` rows are complete. Returns how many are.
static uint32_t decode_rows(
    struct guise_decoder *decoder, const uint8_t *bytes, size_t size, uint8_t *pixels, uint32_t width, uint32_t height,
    uint32_t needed) {
  size_t row_size = (size_t)width * decoder->channels;
  WEBP_CSP_MODE mode = decoder->channels == 4 ? MODE_RGBA : MODE_RGB;
  WebPIDecoder *incremental = WebPINewRGB(mode, pixels, row_size * height, (int)row_size);
  if (!incremental) {
    decoding_failed(decoder, "out of memory");
    return 0;
  }
  VP8StatusCode status = VP8_STATUS_SUSPENDED;
  int complete = 0;
  for (size_t end = 0; end < size && status == VP8_STATUS_SUSPENDED && (uint32_t)complete < needed;) {
    end = size - end > step ? end + step : size;
    status = WebPIUpdate(incremental, bytes, end);
    int decoded_width, decoded_height, stride;
    if (WebPIDecGetRGB(incremental, &complete, &decoded_width, &decoded_height, &stride) &&
        (decoded_width != (int)width || decoded_height != (int)height)) {
      complete = 0;
      status = VP8_STATUS_BITSTREAM_ERROR;
    }
  }
  WebPIDelete(incremental);
  if ((uint32_t)complete < needed) decoding_failed(decoder, "%s", reason(status));
  return complete;
}

static void decode_first_frame(struct guise_decoder *decoder, struct decoding *d) {
  WebPData data = {d->bytes, d->size};
  WebPDemuxState state;
  WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
  WebPIterator frame;
  if (!demuxer || !WebPDemuxGetFrame(demuxer, 1, &frame)) {
    WebPDemuxDelete(demuxer);
    decoding_failed(decoder, "its first frame is missing");
    return;
  }
  uint32_t x = frame.x_offset, y = frame.y_offset, width = frame.width, height = frame.height;
  size_t row_size = (size_t)width * decoder->channels;
  uint8_t *pixels = NULL;
  if (width < 1 || height < 1 || width > decoder->width || height > decoder->height || x > decoder->width - width || y > decoder->height - height) {
    decoding_failed(decoder, "its first frame lies outside of it");
  } else if (!(pixels = malloc(row_size * height))) {
    decoding_failed(decoder, "out of memory");
  } else {
    uint32_t complete =
        decode_rows(decoder, frame.fragment.bytes, frame.fragment.size, pixels, width, height, height);
    for (uint32_t row = 0; row < complete; row++) {
      size_t target = ((size_t)(y + row) * decoder->width + x) * decoder->channels;
      memcpy(d->image.pixels + target, pixels + row * row_size, row_size);
    }
    d->image.complete = complete == height ? decoder->height : complete == 0 ? 0 : y + complete;
  }
  free(pixels);
  WebPDemuxReleaseIterator(&frame);
  WebPDemuxDelete(demuxer);
}

static enum guise_codec_status start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  struct decoding *d = decoder->state;
  if (read_file(decoder, d) != GUISE_CODEC_DONE) return GUISE_CODEC_FAILED;
  d->image.x = x;
  d->image.y = y;
  decoder->row_pixel_count = width;
  d->image.pixels = calloc((size_t)decoder->width * decoder->height, decoder->channels);
  if (!d->image.pixels) return decoding_failed(decoder, "out of memory");
  if (d->is_animated) {
    decode_first_frame(decoder, d);
  } else {
    d->image.complete = decode_rows(
        decoder, d->bytes, d->size, d->image.pixels, decoder->width, decoder->height, y + height);
  }
  free(d->bytes);
  d->bytes = NULL;
  decoder->skipped_row_count = d->image.complete < y ? d->image.complete : y;
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status next(struct guise_decoder *decoder, void *rows, uint32_t count) {
  struct decoding *d = decoder->state;
  return copy_rows(decoder, &d->image, rows, count);
}

enum guise_codec_status guise_webp_open(struct guise_decoder *decoder, FILE *file, int is_lenient) {
  struct decoding *d = start_decoder(decoder, is_lenient, sizeof *d, end_decoding);
  if (!d) return GUISE_CODEC_FAILED;
  d->file = file;
  decoder->start = start;
  decoder->next = next;
  uint8_t beginning[beginning_size];
  size_t size = fread(beginning, 1, sizeof beginning, file);
  WebPBitstreamFeatures features;
  VP8StatusCode status = WebPGetFeatures(beginning, size, &features);
  if (status != VP8_STATUS_OK) return decoding_failed(decoder, "%s", reason(status));
  decoder->width = features.width;
  decoder->height = features.height;
  decoder->channels = features.has_alpha ? 4 : 3;
  decoder->bit_depth = 8;
  d->is_animated = features.has_animation;
  d->stated_size = 8 + ((long)beginning[4] | (long)beginning[5] << 8 | (long)beginning[6] << 16 | (long)beginning[7] << 24);
  return GUISE_CODEC_DONE;
}
