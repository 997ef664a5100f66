import Files
import Foundation
import TestSupport
import Testing

@Suite struct PlaceLocksTests {
  /// A file opened twice: two descriptions, as of two processes.
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

  @Test func onePlaceIsForOne() throws {
    let openings = try TwoOpenings()
    let (first, second) = (
      PlaceLocks(onFile: openings.descriptors[0]), PlaceLocks(onFile: openings.descriptors[1])
    )
    let place = Int(Fingerprint(of: "a").value >> 2)
    #expect(first.take(place, .exclusive) && first.take(place, .exclusive))
    #expect(!second.take(place, .exclusive) && !second.take(place, .shared))
    #expect(second.take(place + 1, .exclusive))
    first.release(place)
    #expect(second.take(place, .exclusive) && !first.take(place, .shared))
  }

  @Test func sharedPlacesAreForMany() throws {
    let openings = try TwoOpenings()
    let (first, second) = (
      PlaceLocks(onFile: openings.descriptors[0]), PlaceLocks(onFile: openings.descriptors[1])
    )
    #expect(first.take(1, .exclusive))
    first.wait(for: 1, .shared)
    #expect(second.take(1, .shared))
    #expect(!second.take(1, .exclusive) && !first.take(1, .exclusive))
    first.release(1)
    #expect(second.take(1, .exclusive))
  }
}
