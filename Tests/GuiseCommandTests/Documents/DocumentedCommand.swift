import Foundation

/// A command of a document: one line of a block that is marked as `sh`, with those that it goes on in, or a whole script.
struct DocumentedCommand: CustomStringConvertible {
  /// The document's path in the project.
  let document: String
  /// Of its first line, from 1.
  let line: Int
  let text: String
  /// Why it is not run, if the document says so.
  let reason: String?

  var description: String { "\(document):\(line): \(text)" }

  /// Those of README.md and of all documents in docs.
  static func all(in project: URL) throws -> [DocumentedCommand] {
    let docs = try FileManager.default.subpathsOfDirectory(atPath: project.appending(path: "docs").path)
    let documents = ["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
    return try documents.flatMap { document in
      try commands(of: String(contentsOf: project.appending(path: document), encoding: .utf8), in: document)
    }
  }

  /// A comment `<!-- not run: WHY -->` before a block speaks of all of its commands.
  static func commands(of text: String, in document: String) -> [DocumentedCommand] {
    var commands: [DocumentedCommand] = []
    var block: [(line: Int, text: Substring)]?
    var reason: String?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if let lines = block {
        if line.trimmingPrefix(while: \.isWhitespace).hasPrefix("```") {
          for (line, text) in joined(lines) {
            commands.append(DocumentedCommand(document: document, line: line, text: text, reason: reason))
          }
          (block, reason) = (nil, nil)
        } else {
          block?.append((index + 1, line))
        }
      } else if ["```sh", "```bash"].contains(line.trimmingCharacters(in: .whitespaces)) {
        block = []
      } else if let match = line.firstMatch(of: /<!-- not run: (.*) -->/) {
        reason = String(match.1)
      } else if !line.allSatisfy(\.isWhitespace) {
        reason = nil
      }
    }
    return commands
  }

  /// Lines without comments, together with those that they go on in.
  private static func joined(_ lines: [(line: Int, text: Substring)]) -> [(Int, String)] {
    if let first = lines.first, first.text.hasPrefix("#!") {
      return [(first.line, lines.map { String($0.text) }.joined(separator: "\n"))]
    }
    var joined: [(Int, String)] = []
    var goesOn = false
    for (line, text) in lines {
      let text = text.trimmingCharacters(in: .whitespaces)
      if goesOn {
        joined[joined.count - 1].1 += "\n\(text)"
      } else if !text.isEmpty, !text.hasPrefix("#") {
        joined.append((line, text))
      } else {
        continue
      }
      goesOn = text.hasSuffix("\\")
    }
    return joined
  }
}
