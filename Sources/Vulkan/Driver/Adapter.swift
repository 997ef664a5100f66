import CVulkan

/// A device that has a Vulkan driver, before it is opened: what it is, and whether it can be used.
///
/// Unchecked: nothing changes after it is made.
package final class Adapter: @unchecked Sendable {
  package enum Kind: String, Sendable {
    case discrete = "discrete GPU"
    case integrated = "integrated GPU"
    case virtual = "virtual GPU"
    /// A driver that computes on the processor, such as lavapipe.
    case processor
    case other = "other device"
  }

  let handle: VkPhysicalDevice
  let instance: Instance
  /// The position among the system's devices, which `vulkan:n` names.
  package let index: Int
  package let name: String
  package let kind: Kind
  /// The driver's name and version, as it reports them.
  package let driver: String
  package let version: VulkanVersion
  /// The vendor's number in the registry of PCI.
  let vendor: UInt32
  let limits: VkPhysicalDeviceLimits
  let extensions: Set<String>
  /// Names the device's and the driver's build, for files that only they can read.
  let cacheIdentifier: String
  private let largestAllocation: UInt64

  /// All devices, or why there are none.
  package static func all() throws(VulkanError) -> [Adapter] {
    let instance = try Instance.shared.get()
    let devices = instance.physicalDevices()
    guard !devices.isEmpty else { throw .noDevice }
    return devices.enumerated().map { Adapter($1, index: $0, instance) }
  }

  private init(_ handle: VkPhysicalDevice, index: Int, _ instance: Instance) {
    (self.handle, self.index, self.instance) = (handle, index, instance)
    let driver = DriverStructure(VkPhysicalDeviceDriverProperties())
    driver.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES
    let sizes = DriverStructure(VkPhysicalDeviceMaintenance3Properties())
    sizes.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES
    sizes.pointer.pointee.pNext = UnsafeMutableRawPointer(driver.pointer)
    let all = DriverStructure(VkPhysicalDeviceProperties2())
    all.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2
    all.pointer.pointee.pNext = UnsafeMutableRawPointer(sizes.pointer)
    instance.physicalDeviceFunctions.getProperties(handle, all.pointer)
    let properties = all.pointer.pointee.properties
    name = text(properties.deviceName)
    kind =
      switch properties.deviceType {
      case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: .discrete
      case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: .integrated
      case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: .virtual
      case VK_PHYSICAL_DEVICE_TYPE_CPU: .processor
      default: .other
      }
    self.driver = [text(driver.pointer.pointee.driverName), text(driver.pointer.pointee.driverInfo)]
      .filter { !$0.isEmpty }.joined(separator: " ")
    version = VulkanVersion(code: properties.apiVersion)
    vendor = properties.vendorID
    limits = properties.limits
    largestAllocation = sizes.pointer.pointee.maxMemoryAllocationSize
    cacheIdentifier = withUnsafeBytes(of: properties.pipelineCacheUUID) { bytes in
      bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
    let found = list(of: VkExtensionProperties()) {
      instance.physicalDeviceFunctions.enumerateExtensions(handle, nil, $0, $1)
    }
    extensions = Set(found.map { text($0.extensionName) })
  }

  /// The extension by which buffers are bound while recording.
  static let pushDescriptors = "VK_KHR_push_descriptor"
  private static let memoryBudget = "VK_EXT_memory_budget"

  /// Why the device cannot be used, as a message; nil if it can.
  package var obstacle: String? {
    if version < .required {
      return "\(name) has a driver for Vulkan \(version), and \(VulkanVersion.required) is needed: update the driver"
    }
    if !extensions.contains(Self.pushDescriptors) {
      return "\(name) has a driver without \(Self.pushDescriptors): update the driver"
    }
    if let lacking = lackingFeature { return "\(name) has a driver without \(lacking): update the driver" }
    let (threads, shared) = (limits.maxComputeWorkGroupInvocations, limits.maxComputeSharedMemorySize)
    if threads < 256 || shared < 32 << 10 {
      return "\(name) has workgroups of \(threads) threads with \(shared >> 10) KB, and 256 with 32 KB are needed"
    }
    if queueFamily == nil { return "\(name) has no queue that computes" }
    return nil
  }

  /// The name of a feature that is needed and not there; nil if all are.
  private var lackingFeature: String? {
    let features = RequiredFeatures()
    let all = DriverStructure(VkPhysicalDeviceFeatures2())
    all.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2
    all.pointer.pointee.pNext = features.chain
    withExtendedLifetime(all) { instance.physicalDeviceFunctions.getFeatures(handle, all.pointer) }
    return features.firstLacking
  }

  /// Why it cannot multiply float16 numbers, as a message; nil if it can.
  package var obstacleToHalves: String? {
    do {
      _ = try MatrixUnits(self)
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The first family of queues that compute.
  var queueFamily: UInt32? {
    var count: UInt32 = 0
    instance.physicalDeviceFunctions.getQueueFamilies(handle, &count, nil)
    var families = Array(repeating: VkQueueFamilyProperties(), count: Int(count))
    instance.physicalDeviceFunctions.getQueueFamilies(handle, &count, &families)
    return families.firstIndex { $0.queueFlags & VK_QUEUE_COMPUTE_BIT.rawValue != 0 }.map { UInt32($0) }
  }

  /// The largest array that a shader can read and that can be allocated, in bytes.
  package var largestBlock: Int { Int(min(UInt64(limits.maxStorageBufferRange), largestAllocation)) }

  /// Bytes of the device's own memory, and how many of them this process may still take, as far as the driver tells.
  package var memory: (total: Int, available: Int) {
    let budget = DriverStructure(VkPhysicalDeviceMemoryBudgetPropertiesEXT())
    budget.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT
    let tellsBudget = extensions.contains(Self.memoryBudget)
    let properties = memoryProperties(chaining: tellsBudget ? budget.pointer : nil)
    let heaps = elements(of: properties.memoryHeaps, count: Int(properties.memoryHeapCount), VkMemoryHeap.self)
    let local = heaps.indices.filter { heaps[$0].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT.rawValue != 0 }
    guard let heap = local.max(by: { heaps[$0].size < heaps[$1].size }) else { return (0, 0) }
    let total = Int(clamping: heaps[heap].size)
    guard tellsBudget else { return (total, total / 10 * 9) }
    let budgets = elements(of: budget.pointer.pointee.heapBudget, count: heaps.count, VkDeviceSize.self)
    let used = elements(of: budget.pointer.pointee.heapUsage, count: heaps.count, VkDeviceSize.self)
    return (total, max(0, Int(clamping: budgets[heap]) - Int(clamping: used[heap])))
  }

  /// The types of memory and their properties, in the driver's order, which is from fast to slow.
  var memoryTypes: [VkMemoryType] {
    let properties = memoryProperties(chaining: nil)
    return elements(of: properties.memoryTypes, count: Int(properties.memoryTypeCount), VkMemoryType.self)
  }

  private func memoryProperties(
    chaining budget: UnsafeMutablePointer<VkPhysicalDeviceMemoryBudgetPropertiesEXT>?
  ) -> VkPhysicalDeviceMemoryProperties {
    let properties = DriverStructure(VkPhysicalDeviceMemoryProperties2())
    properties.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2
    properties.pointer.pointee.pNext = budget.map { UnsafeMutableRawPointer($0) }
    instance.physicalDeviceFunctions.getMemoryProperties(handle, properties.pointer)
    return properties.pointer.pointee.memoryProperties
  }

  /// The first elements of a C array, which Swift sees as a tuple.
  private func elements<Tuple, Element>(of tuple: Tuple, count: Int, _: Element.Type) -> [Element] {
    withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: Element.self).prefix(count)) }
  }
}
