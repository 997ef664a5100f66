import Datasets
import Foundation
import Images

/// Which file each input becomes: the output mirrors the input's names and tree.
///
/// No two inputs share an output, and no output is an input.
public struct OutputPlan: Sendable {
  public struct Entry: Sendable, Equatable {
    public let input: URL
    public let output: URL
    /// The output's, below the plan's folder.
    public let relativePath: String
    public let format: ImageFileFormat
  }

  public let entries: [Entry]
  /// Those whose output has another name than usual, because two would have had one, or it would have been too long.
  public let renamed: [Entry]
  /// The folder that all outputs lie in.
  public let folder: URL
  /// Whether there is one output alone, whose name was given.
  public let isSingleFile: Bool

  /// - Parameters:
  ///   - inputs: image files, and folders that are searched with all below them. One folder's tree is mirrored in the
  ///     output folder itself; each of several, under its own name.
  ///   - output: a folder, made when needed; for a single input file also a file, where it ends with an image's extension.
  ///   - quality: of JPEG files, 1...100.
  public init(inputs: [URL], output: URL, format: OutputFormat = .same, quality: Int = 95) throws {
    if let single = try Self.singleFile(inputs: inputs, output: output, format: format, quality: quality) {
      (entries, renamed) = ([single], [])
      folder = output.deletingLastPathComponent()
      isSingleFile = true
    } else {
      let images = try Self.images(inputs, outside: output)
      (entries, renamed) = Self.assigned(images, in: output, format: format, quality: quality)
      folder = output
      isSingleFile = false
    }
    let inputPaths = Set(entries.map { Self.location($0.input) })
    if let overwriting = entries.first(where: { inputPaths.contains(Self.location($0.output)) }) {
      throw OutputPlanError.wouldReplaceInput(path: overwriting.output.relativePath)
    }
  }

  /// Where the inputs that have no result are listed, with the reasons, if there are any; nil for a single file.
  public var failureTable: URL? { isSingleFile ? nil : folder.appending(path: FailureTable.fileName) }

  /// All that outputs lie in.
  var folders: Set<URL> { Set(entries.map { $0.output.deletingLastPathComponent() }) }

  private static func singleFile(
    inputs: [URL], output: URL, format: OutputFormat, quality: Int
  ) throws -> Entry? {
    guard !isFolder(output), let named = ImageFileFormat(pathExtension: output.pathExtension, quality: quality) else {
      return nil
    }
    guard let input = inputs.first, inputs.count == 1, !isFolder(input) else {
      throw OutputPlanError.severalIntoOne(path: output.relativePath)
    }
    guard exists(input) else { throw OutputPlanError.missing(path: input.relativePath) }
    let asked = format == .same ? named : ImageFileFormat(pathExtension: format.rawValue, quality: quality)
    guard asked == named else {
      throw OutputPlanError.formatAgainstName(path: output.relativePath, format: format.rawValue)
    }
    return Entry(input: input, output: output, relativePath: output.lastPathComponent, format: named)
  }

  /// Every image with its path below the output folder, in order, none twice.
  private static func images(_ inputs: [URL], outside output: URL) throws -> [(input: URL, relativePath: String)] {
    let outputLocation = location(output)
    var images: [(input: URL, relativePath: String)] = []
    for input in inputs {
      guard exists(input) else { throw OutputPlanError.missing(path: input.relativePath) }
      guard isFolder(input) else {
        images.append((input, input.lastPathComponent))
        continue
      }
      guard location(input) != outputLocation else { throw OutputPlanError.intoItsInput(path: output.relativePath) }
      // Earlier results, where the output folder lies inside the input's, are no inputs.
      // What cannot be read is for the batch to tell of.
      let folder = try ImageFolder(input)
      let found = (folder.relativePaths + folder.brokenPaths).filter {
        !location(input.appending(path: $0)).hasPrefix(outputLocation + "/")
      }
      guard !found.isEmpty else { throw OutputPlanError.noImages(path: input.relativePath) }
      let prefix = inputs.count > 1 ? input.standardizedFileURL.lastPathComponent + "/" : ""
      images += found.map { (input.appending(path: $0), prefix + $0) }
    }
    // By their bytes: equal texts in two normal forms of Unicode are two files.
    var seen: Set<[UInt8]> = []
    return images.filter { seen.insert(Array($0.input.standardizedFileURL.path.utf8)).inserted }
  }

  /// Where two inputs would get one name, the input's extension stays in it (`a.jpg.png`); where that is not enough, a
  /// number follows. Names that are equal in another normal form of Unicode count as one.
  private static func assigned(
    _ images: [(input: URL, relativePath: String)], in output: URL, format: OutputFormat, quality: Int
  ) -> (entries: [Entry], renamed: [Entry]) {
    let names = images.map { OutputName(relativePath: $0.relativePath, format: format) }
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

  private static func exists(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.path)
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Where a file is or would be, whatever links lead there.
  private static func location(_ url: URL) -> String {
    let standard = url.standardizedFileURL
    if exists(standard) { return standard.resolvingSymlinksInPath().path }
    let parent = standard.deletingLastPathComponent()
    guard parent.path != standard.path else { return standard.path }
    return location(parent) + "/" + standard.lastPathComponent
  }
}

/// The names that one input's result may get, as paths below the output folder.
private struct OutputName {
  let fileExtension: String
  private let stem: String
  private let whole: String

  init(relativePath: String, format: OutputFormat) {
    whole = relativePath
    let inputExtension = (relativePath as NSString).pathExtension
    let isImage = ImageFileFormat(pathExtension: inputExtension) != nil
    stem = inputExtension.isEmpty ? relativePath : String(relativePath.dropLast(inputExtension.count + 1))
    fileExtension =
      switch format {
      case .same: isImage ? inputExtension : "png"
      case .png, .jpg: format.rawValue
      }
  }

  /// However long.
  var usual: String { "\(stem).\(fileExtension)" }
  var plain: String { Self.fitted(stem, ending: ".\(fileExtension)") }
  var withInputExtension: String { Self.fitted(whole, ending: ".\(fileExtension)") }
  func numbered(_ number: Int) -> String { Self.fitted(whole, ending: "-\(number).\(fileExtension)") }

  /// What file systems allow, in bytes.
  private static let longestName = 255

  /// The path with its end, its last part cut between two characters where the name would be too long.
  private static func fitted(_ path: String, ending: String) -> String {
    let nameStart = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    var name = path[nameStart...]
    while name.utf8.count + ending.utf8.count > longestName && !name.isEmpty { name.removeLast() }
    return path[..<nameStart] + name + ending
  }
}

/// Inputs and an output that do not go together.
public enum OutputPlanError: Error, Equatable, CustomStringConvertible, LocalizedError {
  case missing(path: String)
  case noImages(path: String)
  case severalIntoOne(path: String)
  case formatAgainstName(path: String, format: String)
  case wouldReplaceInput(path: String)
  case intoItsInput(path: String)

  public var description: String {
    switch self {
    case .missing(let path):
      "there is no file or folder \(path)"
    case .noImages(let path):
      "\(path) holds no jpg, jpeg or png files"
    case .severalIntoOne(let path):
      "\(path) is one file's name, expected a folder's for the results of a folder or of several files"
    case .formatAgainstName(let path, let format):
      "\(path) does not end with the extension of the format \(format)"
    case .wouldReplaceInput(let path):
      "the result would replace the input \(path): choose another output"
    case .intoItsInput(let path):
      "the output folder \(path) is the input folder: choose another output"
    }
  }

  public var errorDescription: String? { description }
}
