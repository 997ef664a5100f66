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
    public let format: ImageFileFormat
  }

  public let entries: [Entry]
  /// The folder that all outputs lie in.
  public let folder: URL

  /// - Parameters:
  ///   - inputs: image files, and folders that are searched with all below them. One folder's tree is mirrored in the
  ///     output folder itself; each of several, under its own name.
  ///   - output: a folder, made when needed; for a single input file also a file, where it ends with an image's extension.
  ///   - quality: of JPEG files, 1...100.
  public init(inputs: [URL], output: URL, format: OutputFormat = .same, quality: Int = 95) throws {
    if let single = try Self.singleFile(inputs: inputs, output: output, format: format, quality: quality) {
      entries = [single]
      folder = output.deletingLastPathComponent()
    } else {
      let images = try Self.images(inputs, outside: output)
      entries = Self.assigned(images, in: output, format: format, quality: quality)
      folder = output
    }
    let inputPaths = Set(entries.map { Self.location($0.input) })
    if let overwriting = entries.first(where: { inputPaths.contains(Self.location($0.output)) }) {
      throw OutputPlanError.wouldReplaceInput(path: overwriting.output.relativePath)
    }
  }

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
    return Entry(input: input, output: output, format: named)
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
      let found = try ImageFolder(input).relativePaths.filter {
        !location(input.appending(path: $0)).hasPrefix(outputLocation + "/")
      }
      guard !found.isEmpty else { throw OutputPlanError.noImages(path: input.relativePath) }
      let prefix = inputs.count > 1 ? input.standardizedFileURL.lastPathComponent + "/" : ""
      images += found.map { (input.appending(path: $0), prefix + $0) }
    }
    var seen: Set<String> = []
    return images.filter { seen.insert($0.input.standardizedFileURL.path).inserted }
  }

  /// Where two inputs would get one name, the input's extension stays in it (`a.jpg.png`); where that is not enough, a
  /// number follows.
  private static func assigned(
    _ images: [(input: URL, relativePath: String)], in output: URL, format: OutputFormat, quality: Int
  ) -> [Entry] {
    let names = images.map { OutputName(relativePath: $0.relativePath, format: format) }
    let sharing = Dictionary(grouping: names, by: \.plain).mapValues(\.count)
    var taken: Set<String> = []
    return zip(images, names).map { image, name in
      let first = sharing[name.plain] == 1 ? name.plain : name.withInputExtension
      let numbered = (2...).lazy.map { name.numbered($0) }
      let path = taken.contains(first) ? numbered.first { !taken.contains($0) } ?? first : first
      taken.insert(path)
      let fileFormat = ImageFileFormat(pathExtension: name.fileExtension, quality: quality) ?? .png
      return Entry(input: image.input, output: output.appending(path: path), format: fileFormat)
    }
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

  var plain: String { "\(stem).\(fileExtension)" }
  var withInputExtension: String { "\(whole).\(fileExtension)" }
  func numbered(_ number: Int) -> String { "\(whole)-\(number).\(fileExtension)" }
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
