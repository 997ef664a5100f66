import Checkpoints
import Datasets
import Files
import Foundation
import Images
import Models
import Synchronization
import Tensors

/// A trained network whose answers another one learns to give (distillation, Hinton et al. 2015). What it has answered it
/// keeps in memory and, if there is a folder for it, on disk, where later runs find it.
///
/// An answer is stored as a PNG file, under the teacher's fingerprint and the question's: it is found again whatever
/// crop, degradation or recipe the question came from, and by no other question.
///
/// Unchecked: `lock` guards the network.
final class Teacher: @unchecked Sendable {
  private let network: any UpscalingNetwork
  private let lock = NSLock()
  /// This teacher's answers; nil if they are not kept on disk.
  private let folder: URL?
  private let memory: ImageCache
  private let notices = Mutex<[String]>([])

  /// - Parameters:
  ///   - network: of three channels in and out.
  ///   - cache: the folder of all teachers' answers; nil to keep none.
  ///   - memoryBudget: the bytes that answers may take in memory.
  ///
  /// Throws `FileError` if the folder cannot be made.
  init(_ network: any UpscalingNetwork, cache: URL?, memoryBudget: Int = 1 << 30) throws {
    self.network = network
    memory = ImageCache(budget: memoryBudget)
    folder = cache?.appending(path: network.fingerprint.text, directoryHint: .isDirectory)
    guard let folder else { return }
    try Folder.make(folder)
  }

  /// The enlarged question, at 8 bits. Throws `FileError` if it cannot be kept.
  func answer(to question: Image) throws -> Image {
    let name = question.fingerprint.text
    return try memory.image(name) {
      guard let file = folder?.appending(path: "\(name).png") else { return enlarged(question) }
      if let kept = kept(in: file, for: question) { return kept }
      let answer = enlarged(question)
      try answer.write(to: file, format: .png)
      return answer
    }
  }

  /// Remarks since the last call, one line each.
  func newNotices() -> [String] {
    notices.withLock { notices in
      defer { notices = [] }
      return notices
    }
  }

  /// Nil if there is no answer, or one that cannot be used, which the next one replaces.
  private func kept(in file: URL, for question: Image) -> Image? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let problem: String
    do {
      let answer = try Image(contentsOf: file)
      let (width, height) = (question.width * network.scale, question.height * network.scale)
      if (answer.width, answer.height, answer.channels) == (width, height, 3) { return answer }
      problem = "\(file.relativePath) is \(answer.width)x\(answer.height), expected \(width)x\(height) in RGB"
    } catch {
      problem = "\(error)"
    }
    notices.withLock { $0.append("\(problem): a damaged answer of the teacher, which is asked again") }
    return nil
  }

  private func enlarged(_ question: Image) -> Image {
    lock.withLock {
      let output = withoutGradients { network(Tensor(question.array(range: .unit))).value }
      let answer = Image(array: output, range: .unit)
      return Image(width: answer.width, height: answer.height, channels: 3, bytes: answer.bytes())
    }
  }
}

extension Image {
  /// Of its size and its samples at 8 bits.
  fileprivate var fingerprint: Fingerprint {
    var fingerprint = Fingerprint(of: "\(width)x\(height)x\(channels)")
    bytes().withUnsafeBytes { fingerprint.add($0) }
    return fingerprint
  }
}
