#include "shaders.h"
#include <string.h>

#include "spirv.inc"

const CompiledShader *compiledShader(const char *name) {
  for (size_t index = 0; index < sizeof shaders / sizeof *shaders; index++) {
    if (strcmp(shaders[index].name, name) == 0) return &shaders[index];
  }
  return NULL;
}
