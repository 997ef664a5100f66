/// A device that keeps the commands of a computation, so that it can be done again, with other values, without the host's
/// going through its operations.
package protocol RepeatingDevice: Device {
  /// Computes results from inputs, and keeps the commands.
  ///
  /// - Parameters:
  ///   - constants: what `body` reads besides, whose values may change in place between repetitions.
  ///   - body: computes the results from copies of the inputs. What it computes must depend on nothing else, and nothing but
  ///     the results may stay.
  /// - Returns: no recording if `body` did what cannot be repeated: it read values, sent some, or left some behind.
  func recording(
    inputs: [Buffer], constants: [Buffer], _ body: ([Buffer]) -> [Buffer]
  ) -> (results: [Buffer], recording: (any DeviceRecording)?)
}

/// A computation whose commands are kept, with the memory that they use.
package protocol DeviceRecording: AnyObject, Sendable {
  /// Whether the commands can still be used: they read these constants where they are now, and their memory is still kept.
  func isValid(constants: [Buffer]) -> Bool

  /// Carries the commands out for other inputs, as many and as large as before, and returns copies of the results; nil if
  /// the commands' memory was needed for something else.
  func results(for inputs: [Buffer]) -> [Buffer]?
}
