import CVulkan

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

  init(_ adapter: Adapter) throws(VulkanError) {
    if let obstacle = adapter.obstacle { throw .unsuitable(obstacle) }
    guard let family = adapter.queueFamily else { throw .noDevice }
    self.adapter = adapter
    queueFamily = family
    let device = try Self.open(adapter, family)
    handle = device
    let lookUp = adapter.instance.lookUpForDevice
    functions = try DeviceFunctions { lookUp(device, $0) }
    var queue: VkQueue?
    functions.getQueue(device, family, 0, &queue)
    guard let queue else { throw .missingFunction("vkGetDeviceQueue") }
    self.queue = queue
  }

  private static func open(_ adapter: Adapter, _ family: UInt32) throws(VulkanError) -> VkDevice {
    var device: VkDevice?
    var features = VkPhysicalDeviceTimelineSemaphoreFeatures()
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES
    features.timelineSemaphore = 1
    let result = Adapter.pushDescriptors.withCString { name in
      withUnsafePointer(to: Optional(name)) { names in
        withUnsafePointer(to: Float(1)) { priority in
          var queue = VkDeviceQueueCreateInfo()
          queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO
          queue.queueFamilyIndex = family
          queue.queueCount = 1
          queue.pQueuePriorities = priority
          return withUnsafePointer(to: queue) { queue in
            withUnsafeMutablePointer(to: &features) { features in
              var info = VkDeviceCreateInfo()
              info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO
              info.pNext = UnsafeRawPointer(features)
              info.queueCreateInfoCount = 1
              info.pQueueCreateInfos = queue
              info.enabledExtensionCount = 1
              info.ppEnabledExtensionNames = names
              return adapter.instance.physicalDeviceFunctions.createDevice(adapter.handle, &info, nil, &device)
            }
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
