import Foundation

/// What the system says of the processor in `/proc/cpuinfo`.
package enum Processor {
  /// Its instruction sets, without those that the system does not support.
  static let flags = Set(value(of: "flags").split(separator: " "))

  /// Its name, with its family and model where it gives them: a cloud's machines often have the same short name.
  package static let name: String = {
    let name = value(of: "model name")
    let (family, model) = (value(of: "cpu family"), value(of: "model"))
    if name.isEmpty { return "unknown" }
    return family.isEmpty ? name : "\(name), family \(family) model \(model)"
  }()

  private static func value(of key: String) -> String {
    for line in information.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else { continue }
      return parts[1].trimmingCharacters(in: .whitespaces)
    }
    return ""
  }

  private static let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
}
