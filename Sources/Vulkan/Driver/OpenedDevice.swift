import CVulkan
import Foundation

/// A device with one queue, ready for commands; closed with the last reference.
///
/// Unchecked: nothing changes after it is made. Functions that need their callers to take turns, such as those of the
/// queue, are called by `VulkanDevice` under its lock.
final class OpenedDevice: @unchecked Sendable {
  let adapter: Adapter
  let handle: VkDevice
  let queue: VkQueue
  let queueFamily: UInt32
  let functions: DeviceFunctions
  /// Nil if the device has none that are of use; they are ready for shaders otherwise.
  let matrixUnits: MatrixUnits?

  init(_ adapter: Adapter) throws(VulkanError) {
    if let obstacle = adapter.obstacle { throw .unsuitable(obstacle) }
    guard let family = adapter.queueFamily else { throw .noDevice }
    self.adapter = adapter
    queueFamily = family
    matrixUnits = try? MatrixUnits(adapter)
    let device = try Self.open(adapter, family, matrixUnits)
    handle = device
    let lookUp = adapter.instance.lookUpForDevice
    functions = try DeviceFunctions { lookUp(device, $0) }
    var queue: VkQueue?
    functions.getQueue(device, family, 0, &queue)
    guard let queue else { throw .missingFunction("vkGetDeviceQueue") }
    self.queue = queue
  }

  private static func open(
    _ adapter: Adapter, _ family: UInt32, _ matrixUnits: MatrixUnits?
  ) throws(VulkanError) -> VkDevice {
    var device: VkDevice?
    let matrixFeatures = MatrixFeatures()
    matrixFeatures.choose()
    let features = RequiredFeatures(next: matrixUnits == nil ? nil : matrixFeatures.chain)
    features.choose()
    let extensions = [Adapter.pushDescriptors] + (matrixUnits == nil ? [] : MatrixUnits.extensions)
    let names = extensions.map { strdup($0) }
    defer { for name in names { free(name) } }
    let result = names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
      withUnsafePointer(to: Float(1)) { priority in
        var queue = VkDeviceQueueCreateInfo()
        queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO
        queue.queueFamilyIndex = family
        queue.queueCount = 1
        queue.pQueuePriorities = priority
        return withUnsafePointer(to: queue) { queue in
          var info = VkDeviceCreateInfo()
          info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO
          info.pNext = UnsafeRawPointer(features.chain)
          info.queueCreateInfoCount = 1
          info.pQueueCreateInfos = queue
          info.enabledExtensionCount = UInt32(names.count)
          info.ppEnabledExtensionNames = names.baseAddress
          return withExtendedLifetime((features, matrixFeatures)) {
            adapter.instance.physicalDeviceFunctions.createDevice(adapter.handle, &info, nil, &device)
          }
        }
      }
    }
    try VulkanError.check(result, "vkCreateDevice")
    guard let device else { throw .lost }
    return device
  }

  deinit {
    _ = functions.waitIdle(handle)
    functions.destroyDevice(handle, nil)
  }
}
