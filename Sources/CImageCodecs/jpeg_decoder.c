#include "jpeg_trap.h"

#include "decoder.h"

// Real files have a dozen scans; a hostile file with thousands keeps a decoder busy for hours.
enum { largest_scan_count = 500 };

struct decoding {
  struct trap trap;  // first, so that libjpeg's pointer to it also points to this struct
  struct jpeg_decompress_struct jpeg;
  struct jpeg_progress_mgr progress;
  struct guise_decoder *decoder;
  uint32_t width, height;  // of the rectangle
  JSAMPARRAY row;
  const JSAMPLE *part;  // where the rectangle begins in the row
  int has_ended;        // by an error: libjpeg cannot go on
};

static void end_decoding(void *state) {
  struct decoding *d = state;
  jpeg_destroy_decompress(&d->jpeg);
  free(d);
}

static void note_warning(j_decompress_ptr jpeg, struct guise_decoder *decoder) {
  if (decoder->has_loss) return;
  char message[JMSG_LENGTH_MAX];
  jpeg->err->format_message((j_common_ptr)jpeg, message);
  snprintf(decoder->message, sizeof decoder->message, "%s", message);
  note_loss(decoder);
}

// libjpeg only warns where it fills the missing part of an image with gray; here that counts as damage. Warnings about
// harmless oddities (stray bytes, an unknown JFIF version) are ignored.
static void stop_at_lost_data(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  struct guise_decoder *decoder = ((struct decoding *)jpeg->err)->decoder;
  j_decompress_ptr decompress = (j_decompress_ptr)jpeg;
  switch (jpeg->err->msg_code) {
    case JWRN_JPEG_EOF: {
      int holds_nothing = decoder->row == 0 && decompress->input_scan_number <= 1 && !decompress->progressive_mode;
      if (!decoder->is_lenient || holds_nothing) fail(jpeg);
      note_warning(decompress, decoder);
      break;
    }
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      if (!decoder->is_lenient) fail(jpeg);
      note_warning(decompress, decoder);
  }
}

static void fail_on_too_many_scans(j_common_ptr jpeg) {
  if (((j_decompress_ptr)jpeg)->input_scan_number <= largest_scan_count) return;
  struct trap *trap = (struct trap *)jpeg->err;
  snprintf(trap->message, GUISE_CODEC_MESSAGE_SIZE, "it has more than %d scans", largest_scan_count);
  longjmp(trap->landing, 1);
}

static void fail_in_words(j_common_ptr jpeg) {
  struct decoding *d = (struct decoding *)jpeg->err;
  if (jpeg->err->msg_code == JERR_BAD_PRECISION) {
    not_read(
        d->decoder, "it has %d bits per sample, but only JPEG files with 8 can be read: convert it",
        jpeg->err->msg_parm.i[0]);
  } else if (jpeg->err->msg_code == JERR_SOF_UNSUPPORTED) {
    not_read(
        d->decoder, "it is compressed by a process of JPEG's (0x%02x) that is not read: convert it",
        jpeg->err->msg_parm.i[0]);
  } else {
    fail(jpeg);
  }
  longjmp(d->trap.landing, 1);
}

static enum guise_codec_status start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
static enum guise_codec_status next(struct guise_decoder *decoder, void *rows, uint32_t count);

enum guise_codec_status guise_jpeg_open(struct guise_decoder *decoder, FILE *file, int is_lenient) {
  struct decoding *d = start_decoder(decoder, is_lenient, sizeof *d, end_decoding);
  if (!d) return GUISE_CODEC_FAILED;
  d->decoder = decoder;
  decoder->start = start;
  decoder->next = next;
  struct jpeg_decompress_struct *jpeg = &d->jpeg;
  jpeg->err = set_trap(&d->trap, decoder->message);
  d->trap.manager.error_exit = fail_in_words;
  d->trap.manager.emit_message = stop_at_lost_data;
  if (setjmp(d->trap.landing)) return GUISE_CODEC_FAILED;
  jpeg_create_decompress(jpeg);
  d->progress.progress_monitor = fail_on_too_many_scans;
  jpeg->progress = &d->progress;
  jpeg_stdio_src(jpeg, file);
  jpeg_read_header(jpeg, TRUE);

  int is_gray = jpeg->jpeg_color_space == JCS_GRAYSCALE;
  decoder->is_cmyk = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = is_gray ? JCS_GRAYSCALE : decoder->is_cmyk ? JCS_CMYK : JCS_RGB;
  decoder->width = jpeg->image_width;
  decoder->height = jpeg->image_height;
  decoder->channels = is_gray ? 1 : decoder->is_cmyk ? 4 : 3;
  decoder->bit_depth = 8;
  return GUISE_CODEC_DONE;
}

// Chroma upsampling reads neighbouring samples, which are missing beyond the edge of a crop: crops need this margin.
static uint32_t distance_to_cut(j_decompress_ptr jpeg) { return 2 * jpeg->max_h_samp_factor * DCTSIZE; }

static enum guise_codec_status start(
    struct guise_decoder *decoder, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
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
  d->row = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, cut_width * jpeg->output_components, 1);
  d->part = d->row[0] + (size_t)(x - first) * jpeg->output_components;
  d->width = width;
  d->height = height;
  decoder->row_pixel_count = width;
  if (y > 0) decoder->skipped_row_count = jpeg_skip_scanlines(jpeg, y);
  return GUISE_CODEC_DONE;
}

// Files with Adobe's marker already store inverted inks; others do not.
static void copy_inks(const JSAMPLE *inks, JSAMPLE *light, size_t size, boolean is_inverted) {
  for (size_t i = 0; i < size; i++) light[i] = is_inverted ? inks[i] : 255 - inks[i];
}

static enum guise_codec_status next(struct guise_decoder *decoder, void *rows, uint32_t count) {
  struct decoding *d = decoder->state;
  struct jpeg_decompress_struct *jpeg = &d->jpeg;
  // No local variable changes after setjmp: its value would be indeterminate after longjmp.
  const uint32_t first = decoder->row, end = first + count;
  if (setjmp(d->trap.landing)) {
    d->has_ended = 1;
    return after_loss(decoder, rows, first, end);
  }
  if (d->has_ended) return after_loss(decoder, rows, first, end);
  size_t row_size = (size_t)d->width * decoder->channels;
  while (decoder->row < end) {
    JSAMPROW target = (JSAMPROW)rows + row_size * (decoder->row - first);
    jpeg_read_scanlines(jpeg, d->row, 1);
    if (decoder->is_cmyk) {
      copy_inks(d->part, target, row_size, jpeg->saw_Adobe_marker);
    } else {
      memcpy(target, d->part, row_size);
    }
    decoder->row++;
  }
  if (decoder->row == d->height && jpeg->output_scanline == jpeg->output_height) jpeg_finish_decompress(jpeg);
  return GUISE_CODEC_DONE;
}
