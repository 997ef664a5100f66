import Foundation
import TestSupport
import Testing

@Suite struct DoctorCommandTests {
  private let guise: GuiseProgram

  init() throws { guise = try GuiseProgram() }

  @Test func choosesTheInstructionSet() throws {
    let found = try guise.run(["doctor"], environment: ["GUISE_ISA": "baseline"])
    #expect(found.status == 0 && found.output.contains("\nin use: baseline\n"), "\(found.output)")
    let unknown = try guise.run(["doctor"], environment: ["GUISE_ISA": "mmx"])
    #expect(unknown.status == 2 && unknown.errorLines.count == 1)
    #expect(unknown.errors.contains("GUISE_ISA is 'mmx', expected one that this processor has: baseline"))
  }

  @Test func tellsWhatIsThere() throws {
    let lines = try guise.run(["doctor"]).output.split(separator: "\n")
    for name in ["guise", "processor", "memory", "disk", "images", "models", "recipes"] {
      #expect(lines.contains { $0.hasPrefix("\(name): ") && $0.count > name.count + 2 }, "\(name)")
    }
    // Each folder once.
    let models = try #require(lines.first { $0.hasPrefix("models: ") })
    #expect(models.split(separator: ",").count == 1, "\(models)")
  }

  @Test func tellsWhatIsMissingAndHowToGetIt() throws {
    // Without programs on the path, and with folders that hold neither models nor recipes.
    let empty = guise["empty"].path
    let result = try guise.run(
      ["doctor"], environment: ["PATH": empty, "GUISE_MODELS": empty, "GUISE_RECIPES": empty])
    #expect(result.status == 0)
    for line in [
      "missing: ffmpeg, which films need: apt-get install ffmpeg",
      "missing: the bundled models, which commands take by name: name their folder in the environment's GUISE_MODELS",
      "missing: the bundled recipes, which commands take by name: name their folder in the environment's GUISE_RECIPES",
    ] {
      #expect(result.output.split(separator: "\n").contains { $0 == line }, "\(result.output)")
    }
  }
}
