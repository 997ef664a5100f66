import VectorKernels

/// One instruction set's kernels; the other files of this folder extend it.
package struct Level: VectorKernels {
  package init() {}

  package var name: String { instructionSet }
}
