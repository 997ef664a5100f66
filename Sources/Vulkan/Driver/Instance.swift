import CVulkan

/// The program's connection to all of the system's Vulkan drivers.
///
/// Unchecked: nothing changes after it is made, and the functions may be called from any thread.
final class Instance: @unchecked Sendable {
  /// The one connection, or why there is none.
  static let shared: Result<Instance, VulkanError> = Result { () throws(VulkanError) in try Instance() }

  private let handle: VkInstance
  let lookUp: PFN_vkGetInstanceProcAddr
  let physicalDeviceFunctions: PhysicalDeviceFunctions
  let lookUpForDevice: PFN_vkGetDeviceProcAddr

  private init() throws(VulkanError) {
    guard let lookUp = VulkanLibrary.lookUp else { throw .noLoader }
    self.lookUp = lookUp
    let create: PFN_vkCreateInstance = try VulkanLibrary.function(
      "vkCreateInstance", lookUp(nil, "vkCreateInstance"))
    var application = VkApplicationInfo()
    application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO
    application.apiVersion = VulkanVersion.required.code
    var instance: VkInstance?
    let result = withUnsafePointer(to: application) { application in
      var info = VkInstanceCreateInfo()
      info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO
      info.pApplicationInfo = application
      return create(&info, nil, &instance)
    }
    guard result != VK_ERROR_INCOMPATIBLE_DRIVER else { throw .noDevice }
    try VulkanError.check(result, "vkCreateInstance")
    guard let instance else { throw .noDevice }
    handle = instance
    func find(_ name: String) -> PFN_vkVoidFunction? { lookUp(instance, name) }
    physicalDeviceFunctions = try PhysicalDeviceFunctions(find)
    lookUpForDevice = try VulkanLibrary.function("vkGetDeviceProcAddr", find("vkGetDeviceProcAddr"))
  }

  /// All devices with a driver, in the driver's order.
  func physicalDevices() -> [VkPhysicalDevice] {
    list(of: VkPhysicalDevice?.none) { physicalDeviceFunctions.enumerate(handle, $0, $1) }.compactMap { $0 }
  }
}

/// A version of Vulkan's interface.
package struct VulkanVersion: Comparable, CustomStringConvertible {
  let major: UInt32, minor: UInt32

  /// With the features of `RequiredFeatures` in its core.
  static let required = VulkanVersion(major: 1, minor: 2)

  init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }

  init(code: UInt32) {
    self.init(major: code >> 22 & 0x7f, minor: code >> 12 & 0x3ff)
  }

  var code: UInt32 { major << 22 | minor << 12 }
  package var description: String { "\(major).\(minor)" }

  package static func < (left: VulkanVersion, right: VulkanVersion) -> Bool { left.code < right.code }
}
