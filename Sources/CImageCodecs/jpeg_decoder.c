#include "jpeg_trap.h"

#include "CImageCodecs.h"

// Real files have a dozen; thousands in a small file are made to keep a decoder busy for hours.
enum { largest_scan_count = 500 };

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

static void copy_exif(j_decompress_ptr jpeg, struct guise_decoded_image *image) {
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next) {
    if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= sizeof exif_signature ||
        memcmp(marker->data, exif_signature, sizeof exif_signature) != 0) {
      continue;
    }
    image->exif_size = marker->data_length - sizeof exif_signature;
    image->exif = malloc(image->exif_size);
    if (!image->exif) ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
    memcpy(image->exif, marker->data + sizeof exif_signature, image->exif_size);
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

enum guise_codec_status guise_decode_jpeg(
    const uint8_t *bytes, size_t size, uint64_t largest_pixel_count, struct guise_decoded_image *image) {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_progress_mgr progress;
  struct trap trap;
  memset(image, 0, sizeof *image);
  memset(&jpeg, 0, sizeof jpeg);
  memset(&progress, 0, sizeof progress);
  jpeg.err = set_trap(&trap, image->message);
  trap.manager.emit_message = fail_on_lost_data;
  if (setjmp(trap.landing)) {
    jpeg_destroy_decompress(&jpeg);
    guise_decoded_image_free(image);
    return GUISE_CODEC_FAILED;
  }
  jpeg_create_decompress(&jpeg);
  progress.progress_monitor = fail_on_too_many_scans;
  jpeg.progress = &progress;
  jpeg_mem_src(&jpeg, bytes, size);
  jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_save_markers(&jpeg, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header(&jpeg, TRUE);

  image->width = jpeg.image_width;
  image->height = jpeg.image_height;
  if ((uint64_t)image->width * image->height > largest_pixel_count) {
    jpeg_destroy_decompress(&jpeg);
    return GUISE_CODEC_TOO_LARGE;
  }
  boolean is_gray = jpeg.jpeg_color_space == JCS_GRAYSCALE;
  boolean is_cmyk = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
  jpeg.out_color_space = is_gray ? JCS_GRAYSCALE : is_cmyk ? JCS_CMYK : JCS_RGB;
  image->channels = is_gray ? 1 : 3;
  image->bit_depth = 8;
  copy_exif(&jpeg, image);
  if (!is_cmyk) {  // a CMYK profile says nothing about the RGB made here
    JOCTET *profile;
    unsigned int profile_size;
    if (jpeg_read_icc_profile(&jpeg, &profile, &profile_size)) {
      image->icc_profile = profile;
      image->icc_profile_size = profile_size;
    }
  }

  size_t row_size = (size_t)image->width * image->channels;
  image->pixels = malloc(row_size * image->height);
  if (!image->pixels) ERREXIT1(&jpeg, JERR_OUT_OF_MEMORY, 0);
  jpeg_start_decompress(&jpeg);
  JSAMPARRAY inks = NULL;
  if (is_cmyk) inks = jpeg.mem->alloc_sarray((j_common_ptr)&jpeg, JPOOL_IMAGE, jpeg.output_width * 4, 1);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = (JSAMPROW)image->pixels + row_size * jpeg.output_scanline;
    jpeg_read_scanlines(&jpeg, is_cmyk ? inks : &row, 1);
    if (is_cmyk) convert_cmyk_row(inks[0], row, image->width, jpeg.saw_Adobe_marker);
  }
  jpeg_finish_decompress(&jpeg);
  jpeg_destroy_decompress(&jpeg);
  return GUISE_CODEC_DONE;
}
