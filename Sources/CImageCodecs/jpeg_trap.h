// Error handling shared by the JPEG decoder and encoder: on an error, libjpeg jumps back into the function that called
// it.

#ifndef JPEG_TRAP_H
#define JPEG_TRAP_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
// After jpeglib.h, whose configuration decides which codes exist.
#include <jerror.h>

#include "CImageCodecs.h"

struct trap {
  struct jpeg_error_mgr manager;  // first, so that libjpeg's pointer to it also points to the trap
  jmp_buf landing;
  char *message;
};

static inline void fail(j_common_ptr jpeg) {
  struct trap *trap = (struct trap *)jpeg->err;
  char message[JMSG_LENGTH_MAX];
  jpeg->err->format_message(jpeg, message);
  snprintf(trap->message, GUISE_CODEC_MESSAGE_SIZE, "%s", message);
  longjmp(trap->landing, 1);
}

static inline void ignore_warning(j_common_ptr jpeg, int level) {
  (void)jpeg;
  (void)level;
}

static inline struct jpeg_error_mgr *set_trap(struct trap *trap, char *message) {
  jpeg_std_error(&trap->manager);
  trap->manager.error_exit = fail;
  trap->manager.emit_message = ignore_warning;
  trap->message = message;
  return &trap->manager;
}

#endif
