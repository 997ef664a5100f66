import Kernels

/// The device for operations.
package enum Devices {
  /// Of operations that the current task starts.
  @TaskLocal package static var current: any Device = ComputeDevice.standard.device
}

/// The device on which operations run.
var device: any Device { Devices.current }
