import Files
import Foundation

/// Takes an image file's bytes as they are encoded.
package protocol ImageFileOutput: AnyObject {
  func append(_ bytes: UnsafeRawBufferPointer) throws
  /// Replaces bytes that were appended before.
  func replace(at offset: Int, with bytes: UnsafeRawBufferPointer) throws
}

extension FileInProgress: ImageFileOutput {}

/// An image file in memory.
package final class EncodedBytes: ImageFileOutput {
  package private(set) var data = Data()

  package init() {}

  package func append(_ bytes: UnsafeRawBufferPointer) { data.append(contentsOf: bytes) }

  package func replace(at offset: Int, with bytes: UnsafeRawBufferPointer) {
    data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }
}
