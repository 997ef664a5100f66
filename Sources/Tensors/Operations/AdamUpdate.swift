import Kernels

/// The settings of one step of Adam.
package typealias AdamSettings = Kernels.AdamSettings

/// One step of Adam on many parameters, in place where nothing else holds their values.
package struct AdamUpdates {
  private var updates: [AdamUpdate] = []

  package init() {}

  /// - Parameters:
  ///   - parameter, firstMoment, secondMoment: changed by `apply`.
  ///   - gradient: of the parameter's shape, as the moments are.
  package mutating func add(
    _ parameter: inout NDArray, gradient: NDArray, firstMoment: inout NDArray, secondMoment: inout NDArray,
    _ settings: AdamSettings
  ) {
    updates.append(
      AdamUpdate(
        parameter: parameter.takeUniqueBuffer(), gradient: gradient.buffer, firstMoment: firstMoment.takeUniqueBuffer(),
        secondMoment: secondMoment.takeUniqueBuffer(), settings: settings))
  }

  package func apply() { device.updateByAdam(updates) }
}

extension NDArray {
  /// Adds an array of the same shape, in place if nothing else holds the values.
  mutating func accumulate(_ other: NDArray) {
    device.accumulate(other.buffer, to: takeUniqueBuffer())
  }
}
