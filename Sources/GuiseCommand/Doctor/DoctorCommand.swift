import ArgumentParser

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Show what this machine computes with, what is missing, and how to get it.",
    discussion: """
      Example: guise doctor

      Nothing that may be missing is needed by all: each line says what it is for.
      """)

  func run() throws {
    for (name, value) in Findings.present { print("\(name): \(value)") }
    let missing = Findings.missing
    guard !missing.isEmpty else { return print("missing: nothing") }
    for finding in missing {
      print("missing: \(finding.name), \(finding.purpose)\(finding.remedy.isEmpty ? "" : ": \(finding.remedy)")")
    }
  }
}
