import Foundation

/// The paths of the files that differ between two folders or that only one of them holds; hidden files count.
public func differences(between first: URL, and second: URL, besides ignored: Set<String> = []) throws -> [String] {
  let (first, second) = (try files(in: first), try files(in: second))
  let paths = Set(first.keys).union(second.keys).subtracting(ignored)
  return paths.filter { first[$0] != second[$0] }.sorted()
}

private func files(in folder: URL) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
    let file = folder.appending(path: path)
    if try file.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true {
      files[path] = try Data(contentsOf: file)
    }
  }
  return files
}
