import Datasets
import Files
import Foundation
import Images

/// Assigns each input the file that its result is written to: outputs mirror the names and folders of the inputs.
///
/// No two inputs share an output, and no output is also an input.
public struct OutputPlan: Sendable {
  public struct Entry: Sendable, Equatable {
    public let input: URL
    public let output: URL
    /// The output's path below the plan's folder.
    public let relativePath: String
    public let format: ImageFileFormat
  }

  public let entries: [Entry]
  /// What was found in the inputs' folders and cannot be read: the batch reports each as a failure.
  public let unreadable: [UnreadablePath]
  /// Files in the inputs' folders that are not read as images.
  public let leftOut: LeftOutFiles
  /// Entries whose output is not named after its input, because of a clash or because the name would be too long.
  public let renamed: [Entry]
  /// The folder that all outputs lie in.
  public let folder: URL
  /// Whether the folder is for the outputs alone, so that a journal and a table of failures may lie there.
  public let hasFolderOfItsOwn: Bool

  /// - Parameters:
  ///   - inputs: image files, and folders, which are searched with their subfolders. The tree of a single folder is
  ///     mirrored in the output folder itself; several folders are mirrored in subfolders named after them.
  ///   - output: a folder, which is created if needed; for a single input file it may also be a file with an image's
  ///     extension.
  ///   - quality: of JPEG and WebP files, 1...100.
  ///   - filmExtensions: of files in folders that are made elsewhere, in lower case.
  ///
  /// Throws `OutputPlanError` or `DatasetError`.
  public init(
    inputs: [URL], output: URL, format: OutputFormat = .same, quality: Int = 95, filmExtensions: Set<String> = []
  ) throws {
    if let single = try Self.singleFile(inputs: inputs, output: output, format: format, quality: quality) {
      (entries, renamed) = ([single], [])
      (unreadable, leftOut) = ([], LeftOutFiles())
      folder = output.deletingLastPathComponent()
      hasFolderOfItsOwn = false
    } else {
      let found = try Self.images(inputs, outside: output, filmExtensions)
      (unreadable, leftOut) = (found.unreadable, found.leftOut)
      (entries, renamed) = Self.assigned(found.images, in: output, format: format, quality: quality)
      folder = output
      hasFolderOfItsOwn = true
    }
    try checkInputs()
  }

  /// Results of files in one folder, which lie beside them.
  init(_ entries: [Entry], renamed: [Entry], beside folder: URL) throws(OutputPlanError) {
    (self.entries, self.renamed, self.folder, hasFolderOfItsOwn) = (entries, renamed, folder, false)
    (unreadable, leftOut) = ([], LeftOutFiles())
    try checkInputs()
  }

  private func checkInputs() throws(OutputPlanError) {
    let inputPaths = Set(entries.map { Self.location($0.input) })
    if let overwriting = entries.first(where: { inputPaths.contains(Self.location($0.output)) }) {
      throw OutputPlanError.wouldReplaceInput(path: overwriting.output.relativePath)
    }
  }

  /// The file that lists inputs without a result and the reasons, written if there are any; nil if the outputs have no
  /// folder of their own.
  public var failureTable: URL? { hasFolderOfItsOwn ? folder.appending(path: FailureTable.fileName) : nil }

  /// All folders that outputs lie in.
  var folders: Set<URL> { Set(entries.map { $0.output.deletingLastPathComponent() }) }

  private static func singleFile(
    inputs: [URL], output: URL, format: OutputFormat, quality: Int
  ) throws -> Entry? {
    guard !isFolder(output), !output.hasDirectoryPath, let kind = ImageFileKind(pathExtension: output.pathExtension)
    else { return nil }
    guard let named = ImageFileFormat(pathExtension: output.pathExtension, quality: quality) else {
      throw OutputPlanError.unwritableFormat(path: output.relativePath, kind: kind.name)
    }
    guard let input = inputs.first, inputs.count == 1, !isFolder(input) else {
      throw OutputPlanError.severalIntoOne(path: output.relativePath)
    }
    guard exists(input) else { throw missingError(input) }
    let asked = format == .same ? named : ImageFileFormat(pathExtension: format.rawValue, quality: quality)
    guard asked == named else {
      throw OutputPlanError.formatAgainstName(path: output.relativePath, format: format.rawValue)
    }
    return Entry(input: input, output: output, relativePath: output.lastPathComponent, format: named)
  }

  /// Every image once, in order, with its path below the output folder, and what else is there.
  private typealias Findings = (
    images: [(input: URL, relativePath: String)], unreadable: [UnreadablePath], leftOut: LeftOutFiles
  )

  private static func images(
    _ inputs: [URL], outside output: URL, _ filmExtensions: Set<String>
  ) throws -> Findings {
    let outputLocation = location(output)
    var found: Findings = ([], [], LeftOutFiles())
    for input in inputs {
      guard exists(input) else { throw missingError(input) }
      guard isFolder(input) else {
        found.images.append((input, input.lastPathComponent))
        continue
      }
      guard location(input) != outputLocation else { throw OutputPlanError.intoItsInput(path: output.relativePath) }
      // If the output folder lies inside the input folder, earlier results are not inputs.
      let folder = try ImageFolder(
        input, excluding: output, mayBeEmpty: true, filmExtensions: filmExtensions)
      guard folder.count + folder.unreadable.count + folder.films.count > 0 else {
        throw DatasetError.noImages(
          path: input.relativePath, notices: [folder.leftOut.text].compactMap { $0 })
      }
      let prefix = inputs.count > 1 ? input.standardizedFileURL.lastPathComponent + "/" : ""
      found.images += folder.relativePaths.map { (input.appending(path: $0), prefix + $0) }
      found.unreadable += folder.unreadable
      found.leftOut = found.leftOut + folder.leftOut
    }
    // Compared as bytes: the same text in two Unicode normal forms names two different files.
    var seen: Set<[UInt8]> = []
    found.images = found.images.filter { seen.insert(Array($0.input.standardizedFileURL.path.utf8)).inserted }
    return found
  }

  /// If two inputs would get the same name, it keeps the input's extension (`a.jpg.png`); if that is not enough, a
  /// number is added. Names that differ only in their Unicode normal form count as the same.
  ///
  /// - Parameter suffix: follows each name.
  static func assigned(
    _ images: [(input: URL, relativePath: String)], in output: URL, suffix: String = "", format: OutputFormat,
    quality: Int
  ) -> (entries: [Entry], renamed: [Entry]) {
    let names = images.map { OutputName(relativePath: $0.relativePath, suffix: suffix, format: format) }
    let sharing = Dictionary(grouping: names, by: \.plain).mapValues(\.count)
    var taken: Set<String> = []
    var renamed: [Entry] = []
    let entries = zip(images, names).map { image, name in
      let first = sharing[name.plain] == 1 ? name.plain : name.withInputExtension
      let numbered = (2...).lazy.map { name.numbered($0) }
      let path = taken.contains(first) ? numbered.first { !taken.contains($0) } ?? first : first
      taken.insert(path)
      let fileFormat = ImageFileFormat(pathExtension: name.fileExtension, quality: quality) ?? .png
      let entry = Entry(
        input: image.input, output: output.appending(path: path), relativePath: path, format: fileFormat)
      if path != name.usual { renamed.append(entry) }
      return entry
    }
    return (entries, renamed)
  }

  /// The error of an input that `exists` does not find.
  package static func missingError(_ input: URL) -> OutputPlanError {
    let (path, location) = (input.relativePath, input.path)
    var status = stat()
    if lstat(location, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK {
      let code = stat(location, &status) == 0 ? ENOENT : errno
      return .unreachable(path: path, reason: code == ENOENT ? UnreadablePath.linkToNothing : FileError.reason(code))
    }
    let code = errno
    return [ENOENT, ENOTDIR].contains(code)
      ? .missing(path: path) : .unreachable(path: path, reason: FileError.reason(code))
  }

  package static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }

  package static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// The path of a file, whether it exists or not, with links resolved.
  static func location(_ url: URL) -> String {
    let standard = url.standardizedFileURL
    if exists(standard) { return standard.resolvingSymlinksInPath().path }
    let parent = standard.deletingLastPathComponent()
    guard parent.path != standard.path else { return standard.path }
    return location(parent) + "/" + standard.lastPathComponent
  }
}
