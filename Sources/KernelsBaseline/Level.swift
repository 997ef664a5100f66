import VectorKernels

/// The kernels compiled for one instruction set; the other files in this folder extend it.
package struct Level: VectorKernels {
  package init() {}

  package var name: String { instructionSet }
}
