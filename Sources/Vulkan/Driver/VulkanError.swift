import CVulkan

/// Why a device cannot be used, or why it stopped working.
package enum VulkanError: Error, Hashable, CustomStringConvertible {
  case noLoader
  case noDevice
  case missingFunction(String)
  /// A requirement that the device or its driver does not meet.
  case unsuitable(String)
  /// No memory is left for a block of so many bytes, of the device's so many.
  case outOfMemory(bytes: Int, limit: Int)
  case lost
  /// Values were asked for that were never computed, since the device had failed at the time.
  case valuesMissing
  /// Another result of a function of the driver.
  case failed(function: String, code: Int32)

  /// Throws if a function did not succeed.
  static func check(_ result: VkResult, _ function: String) throws(VulkanError) {
    switch result {
    case VK_SUCCESS: return
    case VK_ERROR_DEVICE_LOST: throw .lost
    default: throw .failed(function: function, code: result.rawValue)
    }
  }

  package var description: String {
    switch self {
    case .noLoader:
      "Vulkan's loader libvulkan.so.1 is not installed: install your system's package of it (Debian: libvulkan1) and the graphics driver"
    case .noDevice:
      "no device has a Vulkan driver: install the graphics driver; in a container, let it use the driver's graphics capabilities"
    case .missingFunction(let name): "the driver lacks the function \(name): update it"
    case .unsuitable(let why): why
    case .outOfMemory(let bytes, let limit):
      "the device's memory is used up: \(megabytes(bytes)) more were needed, of \(megabytes(limit)) in all"
    case .valuesMissing: "values are missing since an earlier failure"
    case .lost: "the driver reset the device"
    case .failed(let function, let code): "the driver's \(function) failed with code \(code)"
    }
  }

  private func megabytes(_ bytes: Int) -> String {
    bytes < 10 << 20 ? "\((bytes + 1023) >> 10) KB" : "\(bytes >> 20) MB"
  }
}
