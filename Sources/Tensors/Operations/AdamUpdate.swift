import Kernels

/// What an Adam optimiser goes by in one step.
package typealias AdamSettings = Kernels.AdamSettings

extension NDArray {
  /// One step of Adam, in place where nothing else holds the values: this array is the parameter, and the moments are of
  /// its shape.
  package mutating func updateByAdam(
    gradient: NDArray, firstMoment: inout NDArray, secondMoment: inout NDArray, _ settings: AdamSettings
  ) {
    device.updateByAdam(
      parameter: takeUniqueBuffer(), gradient: gradient.buffer, firstMoment: firstMoment.takeUniqueBuffer(),
      secondMoment: secondMoment.takeUniqueBuffer(), settings)
  }

  /// Adds an array of the same shape, in place where nothing else holds the values.
  mutating func accumulate(_ other: NDArray) {
    device.accumulate(other.buffer, to: takeUniqueBuffer())
  }
}
