// Error handling shared by the PNG decoder and encoder: on an error, libpng jumps back into the function that called
// it.

#ifndef PNG_TRAP_H
#define PNG_TRAP_H

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

static inline void fail(png_structp png, png_const_charp message) {
  struct trap *trap = png_get_error_ptr(png);
  snprintf(trap->message, GUISE_CODEC_MESSAGE_SIZE, "%s", message);
  longjmp(trap->landing, 1);
}

// What libpng only warns about does not affect the pixels.
static inline void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

#endif
