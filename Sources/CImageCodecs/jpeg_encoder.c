#include "jpeg_trap.h"

#include "encoder.h"

const uint32_t guise_jpeg_largest_side = JPEG_MAX_DIMENSION;

// Huffman codes optimised for the image make files a few percent smaller, but need all coefficients in memory, two
// bytes for every sample.
enum { largest_optimized_pixel_count = 1 << 24 };

enum { piece_size = 1 << 16 };

struct encoding {
  struct trap trap;  // first, so that libjpeg's pointer to it also points to this struct
  struct jpeg_compress_struct jpeg;
  struct jpeg_destination_mgr destination;
  JOCTET piece[piece_size];
  size_t row_size;
};

static void end_encoding(void *state) {
  struct encoding *e = state;
  jpeg_destroy_compress(&e->jpeg);
  free(e);
}

static void start_piece(j_compress_ptr jpeg) {
  jpeg->dest->next_output_byte = ((struct encoding *)jpeg->err)->piece;
  jpeg->dest->free_in_buffer = piece_size;
}

static void append_bytes(j_compress_ptr jpeg, size_t size) {
  if (!append_encoded(jpeg->client_data, ((struct encoding *)jpeg->err)->piece, size)) {
    ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
  }
}

static boolean append_piece(j_compress_ptr jpeg) {
  append_bytes(jpeg, piece_size);
  start_piece(jpeg);
  return TRUE;
}

static void append_rest(j_compress_ptr jpeg) { append_bytes(jpeg, piece_size - jpeg->dest->free_in_buffer); }

static enum guise_codec_status add(struct guise_encoder *encoder, const void *rows, uint32_t count);
static enum guise_codec_status end(struct guise_encoder *encoder);

enum guise_codec_status guise_jpeg_begin(
    struct guise_encoder *encoder, const struct guise_image_header *image, int quality, int is_subsampled) {
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
  struct jpeg_compress_struct *jpeg = &e->jpeg;
  jpeg->err = set_trap(&e->trap, encoder->message);
  if (setjmp(e->trap.landing)) return GUISE_CODEC_FAILED;
  jpeg_create_compress(jpeg);
  jpeg->client_data = encoder;
  e->destination = (struct jpeg_destination_mgr){
      .init_destination = start_piece, .empty_output_buffer = append_piece, .term_destination = append_rest};
  jpeg->dest = &e->destination;
  jpeg->image_width = image->width;
  jpeg->image_height = image->height;
  jpeg->input_components = image->channels;
  jpeg->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(jpeg);
  jpeg->density_unit = image->density_unit;
  jpeg->X_density = image->density_x;
  jpeg->Y_density = image->density_y;
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg->optimize_coding = (uint64_t)image->width * image->height <= largest_optimized_pixel_count;
  if (!is_subsampled) {
    jpeg->comp_info[0].h_samp_factor = 1;
    jpeg->comp_info[0].v_samp_factor = 1;
  }
  jpeg_start_compress(jpeg, TRUE);
  for (size_t i = 0; i < image->segment_count; i++) {
    const struct guise_segment *segment = &image->segments[i];
    jpeg_write_marker(jpeg, segment->kind[0], segment->bytes, (unsigned int)segment->size);
  }
  e->row_size = (size_t)image->width * image->channels;
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status add(struct guise_encoder *encoder, const void *rows, uint32_t count) {
  struct encoding *e = encoder->state;
  if (setjmp(e->trap.landing)) return GUISE_CODEC_FAILED;
  for (uint32_t y = 0; y < count; y++) {
    JSAMPROW row = (JSAMPROW)rows + e->row_size * y;
    jpeg_write_scanlines(&e->jpeg, &row, 1);
  }
  return GUISE_CODEC_DONE;
}

static enum guise_codec_status end(struct guise_encoder *encoder) {
  struct encoding *e = encoder->state;
  if (setjmp(e->trap.landing)) return GUISE_CODEC_FAILED;
  jpeg_finish_compress(&e->jpeg);
  return GUISE_CODEC_DONE;
}
