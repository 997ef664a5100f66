import Kernels

/// The settings of one step of Adam.
package typealias AdamSettings = Kernels.AdamSettings

extension NDArray {
  /// One step of Adam on this parameter, in place if nothing else holds the values. The gradient and the moments have
  /// its shape.
  package mutating func updateByAdam(
    gradient: NDArray, firstMoment: inout NDArray, secondMoment: inout NDArray, _ settings: AdamSettings
  ) {
    device.updateByAdam(
      parameter: takeUniqueBuffer(), gradient: gradient.buffer, firstMoment: firstMoment.takeUniqueBuffer(),
      secondMoment: secondMoment.takeUniqueBuffer(), settings)
  }

  /// Adds an array of the same shape, in place if nothing else holds the values.
  mutating func accumulate(_ other: NDArray) {
    device.accumulate(other.buffer, to: takeUniqueBuffer())
  }
}
