import Foundation
import Images

/// Names that an input's result may get, as paths below the output folder.
package struct OutputName {
  let fileExtension: String
  private let stem: String
  private let whole: String
  /// Follows the input's name.
  private let suffix: String

  init(relativePath: String, suffix: String = "", format: OutputFormat) {
    whole = relativePath
    self.suffix = suffix
    let inputExtension = (relativePath as NSString).pathExtension
    stem = inputExtension.isEmpty ? relativePath : String(relativePath.dropLast(inputExtension.count + 1))
    fileExtension = format.fileExtension(forInput: inputExtension)
  }

  /// The name of a result that lies beside its input, as a path below the same folder.
  package static func beside(_ input: String, suffix: String, format: OutputFormat) -> String {
    OutputName(relativePath: input, suffix: suffix, format: format).plain
  }

  /// The input's name with the format's extension, however long.
  var usual: String { "\(stem)\(suffix).\(fileExtension)" }
  /// The same, shortened if it is too long.
  var plain: String { Self.fitted(stem, ending: "\(suffix).\(fileExtension)") }
  var withInputExtension: String { Self.fitted(whole, ending: "\(suffix).\(fileExtension)") }
  func numbered(_ number: Int) -> String { Self.fitted(whole, ending: "\(suffix)-\(number).\(fileExtension)") }

  /// The longest name that file systems allow, in bytes.
  private static let longestName = 255

  /// The path with an ending. A name that would be too long is cut between two characters.
  private static func fitted(_ path: String, ending: String) -> String {
    let nameStart = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    var name = path[nameStart...]
    while name.utf8.count + ending.utf8.count > longestName && !name.isEmpty { name.removeLast() }
    return path[..<nameStart] + name + ending
  }
}
