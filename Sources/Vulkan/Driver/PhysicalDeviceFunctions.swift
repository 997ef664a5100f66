import CVulkan

/// The functions that ask about devices and open them.
struct PhysicalDeviceFunctions {
  let enumerate: PFN_vkEnumeratePhysicalDevices
  let getProperties: PFN_vkGetPhysicalDeviceProperties2
  let getMemoryProperties: PFN_vkGetPhysicalDeviceMemoryProperties2
  let getFeatures: PFN_vkGetPhysicalDeviceFeatures2
  let getQueueFamilies: PFN_vkGetPhysicalDeviceQueueFamilyProperties
  let enumerateExtensions: PFN_vkEnumerateDeviceExtensionProperties
  let createDevice: PFN_vkCreateDevice
  /// Nil if no driver multiplies matrices.
  let getMatrixProperties: PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR?

  init(_ find: (String) -> PFN_vkVoidFunction?) throws(VulkanError) {
    func function<Function>(_ name: String) throws(VulkanError) -> Function {
      try VulkanLibrary.function(name, find(name))
    }
    enumerate = try function("vkEnumeratePhysicalDevices")
    getProperties = try function("vkGetPhysicalDeviceProperties2")
    getMemoryProperties = try function("vkGetPhysicalDeviceMemoryProperties2")
    getFeatures = try function("vkGetPhysicalDeviceFeatures2")
    getQueueFamilies = try function("vkGetPhysicalDeviceQueueFamilyProperties")
    enumerateExtensions = try function("vkEnumerateDeviceExtensionProperties")
    createDevice = try function("vkCreateDevice")
    getMatrixProperties = try? function("vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR")
  }
}
