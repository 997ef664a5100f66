import CVulkan

/// The features that every device needs, as a chain of structures: to ask a driver for them, or to choose them where a
/// device is opened.
final class RequiredFeatures {
  private let semaphores = DriverStructure(VkPhysicalDeviceTimelineSemaphoreFeatures())
  private let addresses = DriverStructure(VkPhysicalDeviceBufferDeviceAddressFeatures())

  /// The first structure. The chain lives as long as this object.
  var chain: UnsafeMutableRawPointer { UnsafeMutableRawPointer(semaphores.pointer) }

  /// - Parameter next: a chain that follows.
  init(next: UnsafeMutableRawPointer? = nil) {
    semaphores.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES
    semaphores.pointer.pointee.pNext = UnsafeMutableRawPointer(addresses.pointer)
    addresses.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES
    addresses.pointer.pointee.pNext = next
  }

  func choose() {
    semaphores.pointer.pointee.timelineSemaphore = 1
    addresses.pointer.pointee.bufferDeviceAddress = 1
  }

  /// The name of a feature that is not there; nil if all are.
  var firstLacking: String? {
    [
      ("timelineSemaphore", semaphores.pointer.pointee.timelineSemaphore),
      ("bufferDeviceAddress", addresses.pointer.pointee.bufferDeviceAddress),
    ].first { $0.1 == 0 }?.0
  }
}
