import CVulkan

/// Memory allocated from the driver, with one buffer over all of it; given back with the last reference.
///
/// Unchecked: nothing changes after it is made. Who may touch which bytes of `mapped` is for `StagingMemory` to say.
final class MemoryChunk: @unchecked Sendable {
  enum Use {
    /// For shaders; the host may not be able to reach it.
    case device
    /// For transfers to and from the host.
    case transfer
  }

  let size: Int
  let buffer: VkBuffer
  /// Of its first byte, for shaders; 0 for `Use.transfer`.
  let address: UInt64
  /// The bytes as the host sees them; nil for `Use.device`.
  let mapped: UnsafeMutableRawPointer?
  private let memory: VkDeviceMemory
  private let device: OpenedDevice

  /// Nil if there is not enough memory.
  init?(_ device: OpenedDevice, size: Int, _ use: Use) throws(VulkanError) {
    let functions = device.functions
    var info = VkBufferCreateInfo()
    info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO
    info.size = VkDeviceSize(size)
    info.usage =
      (use == .device
        ? VK_BUFFER_USAGE_STORAGE_BUFFER_BIT.rawValue | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT.rawValue : 0)
      | VK_BUFFER_USAGE_TRANSFER_SRC_BIT.rawValue | VK_BUFFER_USAGE_TRANSFER_DST_BIT.rawValue
    var made: VkBuffer?
    guard try Self.isGranted(functions.createBuffer(device.handle, &info, nil, &made), "vkCreateBuffer"),
      let buffer = made
    else { return nil }
    var needs = VkMemoryRequirements()
    functions.getBufferRequirements(device.handle, buffer, &needs)
    var order = VkMemoryAllocateInfo()
    order.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO
    order.allocationSize = needs.size
    order.memoryTypeIndex = Self.memoryType(device.adapter.memoryTypes, allowed: needs.memoryTypeBits, use)
    var flags = VkMemoryAllocateFlagsInfo()
    flags.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO
    flags.flags = use == .device ? VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT.rawValue : 0
    var allocated: VkDeviceMemory?
    let result = withUnsafePointer(to: flags) { flags in
      order.pNext = UnsafeRawPointer(flags)
      return functions.allocateMemory(device.handle, &order, nil, &allocated)
    }
    guard try Self.isGranted(result, "vkAllocateMemory"), let memory = allocated
    else {
      functions.destroyBuffer(device.handle, buffer, nil)
      return nil
    }
    (self.size, self.buffer, self.memory, self.device) = (size, buffer, memory, device)
    let bound = functions.bindBufferMemory(device.handle, buffer, memory, 0)
    var addressInfo = VkBufferDeviceAddressInfo()
    addressInfo.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO
    addressInfo.buffer = buffer
    address = use == .device && bound == VK_SUCCESS ? functions.getBufferAddress(device.handle, &addressInfo) : 0
    var mapped: UnsafeMutableRawPointer?
    if use == .transfer {
      _ = functions.mapMemory(device.handle, memory, 0, VkDeviceSize.max, 0, &mapped)
    }
    self.mapped = mapped
    try VulkanError.check(bound, "vkBindBufferMemory")
    if use == .transfer, mapped == nil { return nil }
  }

  private static func isGranted(_ result: VkResult, _ function: String) throws(VulkanError) -> Bool {
    if result == VK_ERROR_OUT_OF_DEVICE_MEMORY || result == VK_ERROR_OUT_OF_HOST_MEMORY
      || result == VK_ERROR_TOO_MANY_OBJECTS
    {
      return false
    }
    try VulkanError.check(result, function)
    return true
  }

  /// The first allowed type with all the properties that the use asks for, or else with most of them.
  private static func memoryType(_ types: [VkMemoryType], allowed: UInt32, _ use: Use) -> UInt32 {
    let visible = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT.rawValue | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT.rawValue
    let wishes: [UInt32] =
      switch use {
      case .device: [VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT.rawValue, 0]
      // Reading uncached memory is slow, so cached memory serves both directions where there is some.
      case .transfer: [visible | VK_MEMORY_PROPERTY_HOST_CACHED_BIT.rawValue, visible, 0]
      }
    for wish in wishes {
      let index = types.indices.first { allowed >> UInt32($0) & 1 == 1 && types[$0].propertyFlags & wish == wish }
      if let index { return UInt32(index) }
    }
    return 0
  }

  deinit {
    device.functions.destroyBuffer(device.handle, buffer, nil)
    device.functions.freeMemory(device.handle, memory, nil)
  }
}
