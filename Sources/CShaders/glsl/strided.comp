#version 450
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A function of two arrays, each read with its own strides, along up to ten axes, the innermost first.
layout(local_size_x = 256) in;

// 0: sum, 1: difference, 2: product, 3: quotient, 4: the left values as they are.
layout(constant_id = 0) const uint function = 0;
// The number of axes.
layout(constant_id = 1) const uint rank = 1;

layout(binding = 0) writeonly buffer Target { float target[]; };
layout(binding = 1) readonly buffer Left { float left[]; };
layout(binding = 2) readonly buffer Right { float right[]; };
layout(push_constant) uniform Parameters {
  uint count;
  uint sizes[10], leftStrides[10], rightStrides[10];
};

void main() {
  uint index = groupIndex() * 256 + gl_LocalInvocationIndex;
  if (index >= count) return;
  uint rest = index, leftPlace = 0, rightPlace = 0;
  for (uint axis = 0; axis < rank; axis++) {
    uint position = axis + 1 < rank ? rest % sizes[axis] : rest;
    if (axis + 1 < rank) rest /= sizes[axis];
    leftPlace += position * leftStrides[axis];
    rightPlace += position * rightStrides[axis];
  }
  float x = left[leftPlace];
  if (function == 4) {
    target[index] = x;
    return;
  }
  float y = right[rightPlace];
  target[index] = function == 0 ? x + y : function == 1 ? x - y : function == 2 ? x * y : x / y;
}
