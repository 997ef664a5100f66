import CVulkan

/// What a device multiplies small matrices of float16 numbers with, to float32 sums.
struct MatrixUnits {
  /// The left matrix is `rows` x `inner`, the right one `inner` x `columns`.
  let rows: Int, columns: Int, inner: Int
  /// The threads that multiply a matrix together.
  let subgroupThreads: Int

  /// Whether a subgroup's threads, taking pairs of a matrix's columns, always meet the same ones, so that they can sum them,
  /// and whether a matrix's memory holds their sums.
  var sumsColumns: Bool {
    subgroupThreads % (columns / 2) == 0 && 2 * subgroupThreads <= rows * columns
  }

  static let extensions = [matrices, subgroupSizes]
  private static let matrices = "VK_KHR_cooperative_matrix"
  private static let subgroupSizes = "VK_EXT_subgroup_size_control"

  /// Throws a message if the device has none that are of use.
  init(_ adapter: Adapter) throws(VulkanError) {
    let functions = adapter.instance.physicalDeviceFunctions
    for name in Self.extensions where !adapter.extensions.contains(name) {
      throw .unsuitable("\(adapter.name) has no matrix units, or a driver without \(name)")
    }
    let features = MatrixFeatures()
    let all = DriverStructure(VkPhysicalDeviceFeatures2())
    all.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2
    all.pointer.pointee.pNext = features.chain
    withExtendedLifetime(all) { functions.getFeatures(adapter.handle, all.pointer) }
    if let lacking = features.firstLacking {
      throw .unsuitable("\(adapter.name) has a driver without \(lacking): update the driver")
    }
    let subgroups = Self.subgroups(adapter)
    guard subgroups.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT.rawValue != 0 else {
      throw .unsuitable("\(adapter.name) has a driver that chooses the size of subgroups itself: update the driver")
    }
    // All drivers multiply matrices with the smallest subgroups.
    let threads = Int(subgroups.minSubgroupSize)
    if adapter.vendor == Self.intel, threads < Self.fastIntelSubgroup {
      throw .unsuitable("\(adapter.name) is slower with its matrix units than without")
    }
    subgroupThreads = threads
    var zero = VkCooperativeMatrixPropertiesKHR()
    zero.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR
    let shapes = list(of: zero) { count, shapes in
      functions.getMatrixProperties?(adapter.handle, count, shapes) ?? VK_ERROR_EXTENSION_NOT_PRESENT
    }
    // The largest do the most arithmetic for each value that is read.
    let fitting = shapes.filter(Self.fits).map { (rows: Int($0.MSize), columns: Int($0.NSize), inner: Int($0.KSize)) }
    guard let best = fitting.max(by: { ($0.rows * $0.columns, $0.inner) < ($1.rows * $1.columns, $1.inner) }) else {
      throw .unsuitable("\(adapter.name) multiplies no matrices of float16 numbers to float32 sums")
    }
    (rows, columns, inner) = best
  }

  /// The identifier of the vendor, and the smallest subgroups of its GPUs that are faster with their matrix units: those of
  /// the Arc A series have 8 threads, and fell far behind float32.
  private static let intel: UInt32 = 0x8086
  private static let fastIntelSubgroup = 16

  /// Whether a shape is of the right numbers, and divides the tiles of `ProductTile`.
  private static func fits(_ shape: VkCooperativeMatrixPropertiesKHR) -> Bool {
    shape.scope == VK_SCOPE_SUBGROUP_KHR && shape.saturatingAccumulation == 0
      && shape.AType == VK_COMPONENT_TYPE_FLOAT16_KHR && shape.BType == VK_COMPONENT_TYPE_FLOAT16_KHR
      && shape.CType == VK_COMPONENT_TYPE_FLOAT32_KHR && shape.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR
      && [8, 16].contains(shape.MSize) && [8, 16].contains(shape.NSize) && [8, 16, 32].contains(shape.KSize)
  }

  private static func subgroups(_ adapter: Adapter) -> VkPhysicalDeviceSubgroupSizeControlProperties {
    let sizes = DriverStructure(VkPhysicalDeviceSubgroupSizeControlProperties())
    sizes.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES
    let all = DriverStructure(VkPhysicalDeviceProperties2())
    all.pointer.pointee.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2
    all.pointer.pointee.pNext = UnsafeMutableRawPointer(sizes.pointer)
    withExtendedLifetime(all) {
      adapter.instance.physicalDeviceFunctions.getProperties(adapter.handle, all.pointer)
    }
    return sizes.pointer.pointee
  }
}
