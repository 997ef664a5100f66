import Files
import Foundation
import TestSupport
import Testing

@Suite struct ByteLocksTests {
  /// A file opened twice, as if by two processes.
  private final class TwoOpenings {
    let folder: TemporaryFolder
    let descriptors: [Int32]

    init() throws {
      folder = try TemporaryFolder()
      let file = try folder.add("journal", Data())
      descriptors = (0..<2).map { _ in open(file.path, O_RDWR) }
    }

    deinit {
      for descriptor in descriptors { close(descriptor) }
    }
  }

  @Test func anExclusiveLockIsForOne() throws {
    let openings = try TwoOpenings()
    let (first, second) = (
      ByteLocks(onFile: openings.descriptors[0]), ByteLocks(onFile: openings.descriptors[1])
    )
    let offset = Int(Fingerprint(of: "a").value >> 2)
    #expect(first.take(offset, .exclusive) && first.take(offset, .exclusive))
    #expect(!second.take(offset, .exclusive) && !second.take(offset, .shared))
    #expect(second.take(offset + 1, .exclusive))
    first.release(offset)
    #expect(second.take(offset, .exclusive) && !first.take(offset, .shared))
  }

  @Test func aSharedLockIsForMany() throws {
    let openings = try TwoOpenings()
    let (first, second) = (
      ByteLocks(onFile: openings.descriptors[0]), ByteLocks(onFile: openings.descriptors[1])
    )
    #expect(first.take(1, .exclusive))
    first.wait(for: 1, .shared)
    #expect(second.take(1, .shared))
    #expect(!second.take(1, .exclusive) && !first.take(1, .exclusive))
    first.release(1)
    #expect(second.take(1, .exclusive))
  }
}
