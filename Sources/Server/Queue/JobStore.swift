import Files
import Foundation
import Synchronization

/// Keeps jobs and their images in a folder.
///
/// A job's folder, `jobs/ID`, has `job.json`, which is replaced as a whole, and the result. An uploaded image lies in
/// `images/ID`, for as long as a job needs it. What was being written when a program ended is deleted at the next start.
final class JobStore: Sendable {
  let root: URL
  private let lock: Mutex<FolderLock?>

  /// Throws `FileError`, also if another server uses the folder.
  init(_ root: URL) throws {
    self.root = root
    for name in ["jobs", "images", "uploads", "previews", "models", "newest"] {
      try Folder.make(root.appending(path: name, directoryHint: .isDirectory))
    }
    lock = Mutex(try FolderLock(root))
    // Uploads that were under way, and what can be made again.
    for name in ["uploads", "previews"] {
      for entry in Self.names(in: root.appending(path: name)) {
        try? FileManager.default.removeItem(at: root.appending(path: "\(name)/\(entry)"))
      }
    }
  }

  /// Leaves the folder to other servers.
  func release() { lock.withLock { $0 = nil } }

  /// An unguessable name of letters and digits.
  static func newID() -> String {
    (0..<2).map { _ in
      let digits = String(UInt64.random(in: 0...UInt64.max), radix: 36)
      return String(repeating: "0", count: 13 - digits.count) + digits
    }.joined()
  }

  func folder(of job: String) -> URL { root.appending(path: "jobs/\(job)", directoryHint: .isDirectory) }
  func folder(ofImage image: String) -> URL { root.appending(path: "images/\(image)", directoryHint: .isDirectory) }
  func newUpload() -> URL { root.appending(path: "uploads/\(Self.newID())") }
  func preview(_ name: String) -> URL { root.appending(path: "previews/\(name).png") }
  var models: URL { root.appending(path: "models", directoryHint: .isDirectory) }
  /// Models made of runs' checkpoints.
  var newest: URL { root.appending(path: "newest", directoryHint: .isDirectory) }

  func uploaded(_ image: Job.Image) -> URL {
    let ending = image.pathExtension.isEmpty ? "" : ".\(image.pathExtension)"
    return folder(ofImage: image.id).appending(path: "original\(ending)")
  }

  func result(of job: Job) -> URL {
    let ending = (job.result?.name).map { ($0 as NSString).pathExtension } ?? ""
    return folder(of: job.id).appending(path: "result.\(ending)")
  }

  /// Writes a job's state, whole or not at all. Throws `FileError`.
  func write(_ job: Job) throws {
    try Folder.make(folder(of: job.id))
    try AtomicFile.write(JSONText.data(job), to: folder(of: job.id).appending(path: "job.json"))
  }

  /// Takes an upload over as an image. Throws `FileError`.
  func keep(_ upload: URL, as image: Job.Image) throws {
    try Folder.make(folder(ofImage: image.id))
    guard rename(upload.path, uploaded(image).path) == 0 else {
      throw FileError.cannotWrite(path: uploaded(image).path, reason: String(cString: strerror(errno)))
    }
  }

  /// Deletes jobs with their results, and their images except for those that are needed.
  func delete(_ jobs: [Job], keeping needed: Set<String>) {
    let images = Set(jobs.map(\.image.id)).subtracting(needed)
    for job in jobs { try? FileManager.default.removeItem(at: folder(of: job.id)) }
    for image in images { try? FileManager.default.removeItem(at: folder(ofImage: image)) }
    let ids = images.union(jobs.map(\.id))
    for name in Self.names(in: root.appending(path: "previews")) where ids.contains(String(name.prefix { $0 != "-" })) {
      try? FileManager.default.removeItem(at: root.appending(path: "previews/\(name)"))
    }
  }

  /// Deletes what was written of a job's result.
  func clear(_ job: Job) {
    for name in Self.names(in: folder(of: job.id)) where name != "job.json" {
      try? FileManager.default.removeItem(at: folder(of: job.id).appending(path: name))
    }
  }

  /// All jobs that were kept, by number. Folders without one, and images without jobs, are deleted.
  func read() -> [Job] {
    var jobs: [Job] = []
    for id in Self.names(in: root.appending(path: "jobs")) {
      let folder = folder(of: id)
      AtomicFile.removeLeftovers(in: folder)
      if let data = try? Data(contentsOf: folder.appending(path: "job.json")),
        let job = try? JSONDecoder().decode(Job.self, from: data), job.id == id
      {
        jobs.append(job)
      } else {
        try? FileManager.default.removeItem(at: folder)
      }
    }
    let needed = Set(jobs.map(\.image.id))
    for id in Self.names(in: root.appending(path: "images")) where !needed.contains(id) {
      try? FileManager.default.removeItem(at: folder(ofImage: id))
    }
    return jobs.sorted { $0.number < $1.number }
  }

  private static func names(in folder: URL) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  }
}
