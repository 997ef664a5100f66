import CVulkan

/// The features that products of small matrices need, as a chain of structures: to ask a driver for them, or to choose them
/// where a device is opened.
final class MatrixFeatures {
  private let matrices = DriverStructure(VkPhysicalDeviceCooperativeMatrixFeaturesKHR())
  private let memoryModel = DriverStructure(VkPhysicalDeviceVulkanMemoryModelFeatures())
  private let numbers = DriverStructure(VkPhysicalDeviceShaderFloat16Int8Features())
  private let subgroupSizes = DriverStructure(VkPhysicalDeviceSubgroupSizeControlFeatures())

  /// The first structure. The chain lives as long as this object.
  var chain: UnsafeMutableRawPointer { UnsafeMutableRawPointer(matrices.pointer) }

  init() {
    matrices.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR
    matrices.pointer.pointee.pNext = UnsafeMutableRawPointer(memoryModel.pointer)
    memoryModel.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES
    memoryModel.pointer.pointee.pNext = UnsafeMutableRawPointer(numbers.pointer)
    numbers.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES
    numbers.pointer.pointee.pNext = UnsafeMutableRawPointer(subgroupSizes.pointer)
    subgroupSizes.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES
  }

  func choose() {
    matrices.pointer.pointee.cooperativeMatrix = 1
    memoryModel.pointer.pointee.vulkanMemoryModel = 1
    numbers.pointer.pointee.shaderFloat16 = 1
    subgroupSizes.pointer.pointee.subgroupSizeControl = 1
    subgroupSizes.pointer.pointee.computeFullSubgroups = 1
  }

  /// The name of a feature that is not there; nil if all are.
  var firstLacking: String? {
    [
      ("cooperativeMatrix", matrices.pointer.pointee.cooperativeMatrix),
      ("vulkanMemoryModel", memoryModel.pointer.pointee.vulkanMemoryModel),
      ("shaderFloat16", numbers.pointer.pointee.shaderFloat16),
      ("subgroupSizeControl", subgroupSizes.pointer.pointee.subgroupSizeControl),
      ("computeFullSubgroups", subgroupSizes.pointer.pointee.computeFullSubgroups),
    ].first { $0.1 == 0 }?.0
  }
}
