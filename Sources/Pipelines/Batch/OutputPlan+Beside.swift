import Foundation

extension OutputPlan {
  /// Plans for results beside their inputs, where no output is named: `photo-x4.jpg` for the file `photo.jpg`, the folder
  /// `photos-x4` for the folder `photos`. There is one plan for the files of each folder, and one for each folder.
  ///
  /// A file that is the result of another one given, as when `*.jpg` is expanded again, is left out.
  ///
  /// - Parameters:
  ///   - suffix: follows the inputs' names, so that no result has the name of its input.
  ///   - quality: of JPEG files, 1...100.
  ///   - filmExtensions: of files in folders that are made elsewhere, in lower case.
  ///
  /// Throws `OutputPlanError` or `DatasetError`.
  public static func beside(
    _ inputs: [URL], suffix: String, format: OutputFormat = .same, quality: Int = 95,
    filmExtensions: Set<String> = []
  ) throws -> [OutputPlan] {
    if let missing = inputs.first(where: { !exists($0) }) {
      throw missingError(missing)
    }
    let files = Dictionary(grouping: inputs.filter { !isFolder($0) }) { folderPath(of: $0) }
    let besideFiles = try files.sorted { $0.key < $1.key }.map { folder, files in
      try plan(for: files, in: folder, suffix: suffix, format: format, quality: quality)
    }
    let besideFolders = try inputs.filter(isFolder).map { folder in
      try OutputPlan(
        inputs: [folder], output: partner(of: folder, suffix: suffix), format: format, quality: quality,
        filmExtensions: filmExtensions)
    }
    return besideFiles + besideFolders
  }

  private static func plan(
    for files: [URL], in folder: String, suffix: String, format: OutputFormat, quality: Int
  ) throws -> OutputPlan {
    var seen: Set<String> = []
    let images = files.map { ($0, $0.lastPathComponent) }.filter { seen.insert($0.1).inserted }
    let url = URL(filePath: folder.isEmpty ? "." : folder)
    let all = assigned(images, in: url, suffix: suffix, format: format, quality: quality).entries
    let results = Set(all.map { location($0.output) })
    let first = images.filter { !results.contains(location($0.0)) }
    let (entries, renamed) = assigned(first, in: url, suffix: suffix, format: format, quality: quality)
    func placed(_ entry: Entry) -> Entry {
      let path = (folder as NSString).appendingPathComponent(entry.relativePath)
      return Entry(
        input: entry.input, output: URL(filePath: path), relativePath: entry.relativePath, format: entry.format)
    }
    return try OutputPlan(entries.map(placed), renamed: renamed.map(placed), beside: url)
  }

  /// The path of a file's folder as it was given; empty for the working directory.
  private static func folderPath(of file: URL) -> String { (file.relativePath as NSString).deletingLastPathComponent }

  /// The folder beside a folder.
  private static func partner(of folder: URL, suffix: String) -> URL {
    let given = folder.relativePath
    // A folder that is given as `.`, `..` or `/` has its name in its full path only.
    let path =
      [".", "..", "/"].contains((given as NSString).lastPathComponent) ? folder.standardizedFileURL.path : given
    return URL(filePath: String(path.reversed().drop { $0 == "/" }.reversed()) + suffix)
  }
}
