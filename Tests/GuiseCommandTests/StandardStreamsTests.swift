import Foundation
import Images
import Testing

/// What is printed may have nowhere to go: a log on a full disk, or closed streams.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))) struct StandardStreamsTests {
  private let guise: GuiseProgram

  init() throws {
    guise = try GuiseProgram()
    try guise.writeUpscaler("x2.safetensors")
    try guise.writeImage("in/a.png")
    try guise.write("in/text.png", Data("text".utf8))
  }

  @Test(arguments: ["2>/dev/full", "2>&-", "<&- >&- 2>&-"])
  func resultsAreMadeAllTheSame(redirection: String) throws {
    let result = try guise.run(["upscale", "-m", "x2.safetensors", "-i", "in", "-o", "out"], redirecting: redirection)
    #expect(result.status == 1)
    #expect(try Image(contentsOf: guise["out/a.png"]).width == 40)
    #expect(try String(contentsOf: guise["out/failures.csv"], encoding: .utf8).contains("text.png"))
  }

  @Test func aFailureHasItsStatusWhereItsReasonCannotBePrinted() throws {
    #expect(try guise.run(["upscale", "gone.png"], redirecting: "2>/dev/full").status == 2)
  }

  @Test(arguments: [
    ["--help"], ["models", "inspect", "x2.safetensors"], ["upscale", "-m", "x2.safetensors", "in/a.png", "--json"],
  ])
  func whatCannotBePrintedIsAFailure(arguments: [String]) throws {
    let result = try guise.run(arguments, redirecting: ">/dev/full")
    #expect(result.status == 1 && result.errors.contains("cannot print on standard output"), "\(result.errors)")
  }
}
