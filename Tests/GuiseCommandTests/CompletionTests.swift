import Foundation
import TestSupport
import Testing

/// What shells are told of a command line that is half written.
@Suite struct CompletionTests {
  private let guise: GuiseProgram

  init() throws { guise = try GuiseProgram() }

  /// Asks as the completion scripts do.
  private func completions(of command: [String], option: String, _ beginning: String) throws -> [String] {
    let words = ["guise"] + command + [beginning]
    let arguments = ["---completion"] + command + ["--", option, "\(words.count - 1)", "\(beginning.count)"] + words
    let result = try guise.run(arguments, environment: ["SAP_SHELL": "bash", "SAP_SHELL_VERSION": "5.2"])
    #expect(result.status == 0, "\(result.errors)")
    return result.output.split(separator: "\n").map(String.init)
  }

  @Test func namesModelsAndFiles() throws {
    try guise.write("mine.safetensors", Data())
    try guise.write("mine.txt", Data())
    try guise.write("made/one.pth", Data())
    #expect(try completions(of: ["translate"], option: "-m", "photo") == ["photo-to-monet"])
    #expect(try completions(of: ["upscale"], option: "-m", "m") == ["made/", "mine.safetensors"])
    #expect(try completions(of: ["colorize"], option: "-m", "made/") == ["made/one.pth"])
  }

  @Test func namesRecipes() throws {
    #expect(try completions(of: ["train"], option: "positional@0", "horse") == ["horse2zebra"])
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func writesAScript(shell: String) throws {
    let result = try guise.run(["--generate-completion-script", shell])
    #expect(result.status == 0 && result.output.contains("photo-to-monet") == false)
    #expect(result.output.contains("guise") && result.output.contains("colorize"), "\(result.errors)")
  }
}
