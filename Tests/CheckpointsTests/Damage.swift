import Checkpoints
import Foundation
import Tensors
import Testing

/// Reads truncations of a file, which must be refused, and copies with bytes changed, which may be refused or read;
/// neither may crash. A small file is truncated at every byte. The changes are the same in every run.
func expectDamageIsSurvived(_ name: String, copies: Int = 2000) throws {
  let intact = try Golden.contents(name)
  let url = Golden.url(name)
  for length in stride(from: 0, to: intact.count, by: 1 + intact.count / 3000) {
    #expect(throws: CheckpointError.self, "the first \(length) bytes") {
      try TensorFile(intact.prefix(length), from: url)
    }
  }
  let random = Random(seed: 1, purpose: name)
  for copy in 0..<copies {
    var damaged = intact
    for change in 0..<random.integer(in: 1..<4, at: copy * 16) {
      let position = random.integer(in: 0..<intact.count, at: copy * 16 + 2 * change + 1)
      damaged[position] = UInt8(truncatingIfNeeded: random.bits(at: copy * 16 + 2 * change + 2))
    }
    guard let file = try? TensorFile(damaged, from: url) else { continue }
    _ = file.arrays()
    _ = ModelInspection(file).text(listingTensors: true)
    let model = try? ModelFile(file)
    _ = try? model?.generator()
    _ = try? model?.upscaler()
  }
}
