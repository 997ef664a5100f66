#include "jpeg_trap.h"

#include "decoder.h"

// Real files have a dozen; thousands in a small file are made to keep a decoder busy for hours.
enum { largest_scan_count = 500 };

struct decoding {
  struct trap trap;  // first, so that libjpeg's pointer to it is a pointer to all
  struct jpeg_decompress_struct jpeg;
  struct jpeg_progress_mgr progress;
  boolean is_cmyk;
};

static void end_decoding(void *state) {
  struct decoding *d = state;
  jpeg_destroy_decompress(&d->jpeg);
  free(d);
}

// libjpeg fills the missing part of an image with gray and warns: to us that is damage. Warnings about harmless
// oddities (stray bytes, an unknown JFIF version, a broken colour profile) pass.
static void fail_on_lost_data(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF:
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      fail(jpeg);
  }
}

static void fail_on_too_many_scans(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number <= largest_scan_count) return;
  struct trap *trap = (struct trap *)jpeg->err;
  snprintf(trap->message, GUISE_CODEC_MESSAGE_SIZE, "it has more than %d scans", largest_scan_count);
  longjmp(trap->landing, 1);
}

static void copy_exif(j_decompress_ptr jpeg, struct guise_decoder *decoder) {
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next) {
    if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= sizeof exif_signature ||
        memcmp(marker->data, exif_signature, sizeof exif_signature) != 0) {
      continue;
    }
    size_t size = marker->data_length - sizeof exif_signature;
    decoder->exif = copy_bytes(marker->data + sizeof exif_signature, size);
    if (!decoder->exif) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
    decoder->exif_size = size;
    return;
  }
}

// Files with Adobe's marker hold the inks inverted, 255 for none.
static void convert_cmyk_row(const JSAMPLE *inks, JSAMPLE *rgb, uint32_t width, boolean is_inverted) {
  int flip = is_inverted ? 0 : 255;
  for (uint32_t x = 0; x < width; x++, inks += 4, rgb += 3) {
    int light = inks[3] ^ flip;
    for (int c = 0; c < 3; c++) rgb[c] = (JSAMPLE)(((inks[c] ^ flip) * light + 127) / 255);
  }
}

enum guise_codec_status guise_jpeg_open(struct guise_decoder *decoder, FILE *file) {
  struct decoding *d = start_decoder(decoder, sizeof *d, end_decoding);
  if (!d) return GUISE_CODEC_FAILED;
  struct jpeg_decompress_struct *jpeg = &d->jpeg;
  jpeg->err = set_trap(&d->trap, decoder->message);
  d->trap.manager.emit_message = fail_on_lost_data;
  if (setjmp(d->trap.landing)) return GUISE_CODEC_FAILED;
  jpeg_create_decompress(jpeg);
  d->progress.progress_monitor = fail_on_too_many_scans;
  jpeg->progress = &d->progress;
  jpeg_stdio_src(jpeg, file);
  jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_save_markers(jpeg, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(jpeg, TRUE);

  boolean is_gray = jpeg->jpeg_color_space == JCS_GRAYSCALE;
  d->is_cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = is_gray ? JCS_GRAYSCALE : d->is_cmyk ? JCS_CMYK : JCS_RGB;
  decoder->width = jpeg->image_width;
  decoder->height = jpeg->image_height;
  decoder->channels = is_gray ? 1 : 3;
  decoder->bit_depth = 8;
  copy_exif(jpeg, decoder);
  if (!d->is_cmyk) {  // a CMYK profile says nothing about the RGB made here
    JOCTET *profile;
    unsigned int profile_size;
    if (jpeg_read_icc_profile(jpeg, &profile, &profile_size)) {
      decoder->icc_profile = profile;
      decoder->icc_profile_size = profile_size;
    }
  }
  return GUISE_CODEC_DONE;
}

// Colour is enlarged with a look at its neighbours, of which none is seen beyond a cut.
static uint32_t distance_to_cut(j_decompress_ptr jpeg) { return 2 * jpeg->max_h_samp_factor * DCTSIZE; }

enum guise_codec_status guise_jpeg_read(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height, void *pixels) {
  struct decoding *d = decoder->state;
  struct jpeg_decompress_struct *jpeg = &d->jpeg;
  if (setjmp(d->trap.landing)) return GUISE_CODEC_FAILED;
  jpeg_start_decompress(jpeg);
  JDIMENSION first = 0, cut_width = decoder->width;
  if (width < decoder->width) {
    uint32_t margin = distance_to_cut(jpeg);
    uint32_t end = margin < decoder->width - x - width ? x + width + margin : decoder->width;
    first = x > margin ? x - margin : 0;
    cut_width = end - first;
    jpeg_crop_scanline(jpeg, &first, &cut_width);
  }
  size_t row_size = (size_t)width * decoder->channels;
  JSAMPARRAY row = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, cut_width * jpeg->output_components, 1);
  const JSAMPLE *part = row[0] + (size_t)(x - first) * jpeg->output_components;
  if (y > 0) jpeg_skip_scanlines(jpeg, y);
  for (uint32_t i = 0; i < height; i++) {
    JSAMPROW target = (JSAMPROW)pixels + row_size * i;
    jpeg_read_scanlines(jpeg, row, 1);
    if (d->is_cmyk) {
      convert_cmyk_row(part, target, width, jpeg->saw_Adobe_marker);
    } else {
      memcpy(target, part, row_size);
    }
  }
  if (jpeg->output_scanline == jpeg->output_height) jpeg_finish_decompress(jpeg);
  return GUISE_CODEC_DONE;
}
