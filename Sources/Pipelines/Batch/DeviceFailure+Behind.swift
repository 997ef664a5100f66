import Tensors

extension DeviceFailure {
  /// The failure behind an error of a computation on a device that is not the processor; nil if another device could not
  /// do better.
  package static func behind(_ error: any Error) -> DeviceFailure? {
    let device = ComputeDevice.current
    guard !device.isProcessor else { return nil }
    switch error {
    case let failure as DeviceFailure: return failure
    case TranslationError.notEnoughMemory, UpscalingError.notEnoughMemory:
      return DeviceFailure(device: device.name, reason: "\(error)", isLost: false)
    default: return nil
    }
  }
}
