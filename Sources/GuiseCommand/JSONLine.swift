import Foundation

/// One JSON object on one line of standard output.
enum JSONLine {
  static func write(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    StandardStreams.printNow(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
