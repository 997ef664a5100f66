#include <stdlib.h>

#include "CImageCodecs.h"

void guise_decoded_image_free(struct guise_decoded_image *image) {
  free(image->pixels);
  free(image->icc_profile);
  free(image->exif);
  image->pixels = NULL;
  image->icc_profile = NULL;
  image->exif = NULL;
}
