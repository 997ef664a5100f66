import Kernels

/// Float32 values rounded to three bytes each, for values that are kept for later.
package typealias ThreeByteFloats = Kernels.ThreeByteFloats
