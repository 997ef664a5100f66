import CVulkan

/// Reads a list by the convention of Vulkan's functions: the first call gives its length, the second its elements.
func list<Element>(
  of zero: Element, _ read: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<Element>?) -> VkResult
) -> [Element] {
  var count: UInt32 = 0
  guard read(&count, nil) == VK_SUCCESS else { return [] }
  var elements = Array(repeating: zero, count: Int(count))
  guard read(&count, &elements) == VK_SUCCESS else { return [] }
  return Array(elements.prefix(Int(count)))
}

/// A structure that a driver writes to, on the heap: optimised, Swift 6.3 has given large imported structures too little room
/// elsewhere, and the driver wrote past their ends.
final class DriverStructure<Structure> {
  let pointer: UnsafeMutablePointer<Structure>

  init(_ structure: Structure) {
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: structure)
  }

  deinit {
    pointer.deinitialize(count: 1)
    pointer.deallocate()
  }
}

/// The text in an array of characters of a C structure.
func text<Characters>(_ characters: Characters) -> String {
  withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
