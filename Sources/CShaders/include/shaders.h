#pragma once
#include <stddef.h>
#include <stdint.h>

/// A compiled shader.
typedef struct {
  const char *name;
  /// SPIR-V.
  const uint32_t *words;
  size_t wordCount;
} CompiledShader;

/// The shader that glsl/NAME.comp holds, as scripts/shaders compiled it; null if there is none.
const CompiledShader *compiledShader(const char *name);
