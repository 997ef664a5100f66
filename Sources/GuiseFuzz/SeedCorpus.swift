import Foundation

/// The files that mutants are made from, in an order that does not depend on the file system.
struct SeedCorpus {
  struct Seed {
    let name: String
    let reader: Reader
    let bytes: [UInt8]
  }

  let seeds: [Seed]

  /// In bytes: larger files are slow to read and find nothing that smaller ones do not.
  private static let largestSize = 1 << 19

  /// - Parameter paths: files, and folders with their subfolders; files of other kinds are skipped.
  ///
  /// Throws if a path is missing, or if there is no seed at all.
  init(_ paths: [String]) throws {
    let files = try paths.flatMap { path in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw FuzzError.missing(path) }
      guard isFolder.boolValue else { return [path] }
      return try FileManager.default.subpathsOfDirectory(atPath: path).map { "\(path)/\($0)" }
    }
    seeds = files.sorted().compactMap { path in
      let file = URL(filePath: path)
      guard let reader = Reader(file), let bytes = try? reader.bytes(of: file),
        bytes.count <= Self.largestSize
      else { return nil }
      return Seed(name: file.lastPathComponent, reader: reader, bytes: bytes)
    }
    guard !seeds.isEmpty else { throw FuzzError.noSeeds(paths) }
  }
}

enum FuzzError: Error, CustomStringConvertible {
  case missing(String)
  case noSeeds([String])
  case noWorker(String)

  var description: String {
    switch self {
    case .missing(let path): "there is no file or folder \(path)"
    case .noSeeds(let paths):
      "\(paths.joined(separator: ", ")) hold no images, model files, data sets or recipes to start from"
    case .noWorker(let reason): "cannot start a process that reads: \(reason)"
    }
  }
}
