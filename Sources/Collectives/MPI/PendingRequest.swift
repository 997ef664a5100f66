/// Something that the library has begun, with the memory in which it keeps its handle and result.
final class PendingRequest {
  private let library: MPILibrary
  private let handle = UnsafeMutablePointer<Int>.allocate(capacity: 1)
  /// Larger than any library's status.
  private let status = UnsafeMutableRawPointer.allocate(byteCount: 256, alignment: 16)

  init(
    _ library: MPILibrary, _ begin: (UnsafeMutablePointer<Int>) -> MPILibrary.Code
  ) throws(CollectiveFailure) {
    self.library = library
    handle.initialize(to: 0)
    try library.check(begin(handle))
  }

  deinit {
    handle.deallocate()
    status.deallocate()
  }

  /// Whether it has ended; not to be asked again once it has.
  func isDone() throws(CollectiveFailure) -> Bool {
    var flag: Int32 = 0
    try library.check(library.test(handle, &flag, status))
    return flag != 0
  }
}
