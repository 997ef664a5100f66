import CVulkan
import Foundation

/// Vulkan's loader, opened when it is first needed, so that the program also runs where none is installed.
enum VulkanLibrary {
  /// Looks up a function; nil if no loader is installed.
  static let lookUp: PFN_vkGetInstanceProcAddr? = {
    guard let library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL),
      let symbol = dlsym(library, "vkGetInstanceProcAddr")
    else { return nil }
    return unsafeBitCast(symbol, to: PFN_vkGetInstanceProcAddr.self)
  }()

  /// A function by its name, of the type that the caller's declaration gives.
  static func function<Function>(_ name: String, _ found: PFN_vkVoidFunction?) throws(VulkanError) -> Function {
    guard let found else { throw .missingFunction(name) }
    return unsafeBitCast(found, to: Function.self)
  }
}
